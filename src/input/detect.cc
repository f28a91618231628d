/* uchardet's charset detector. It throws when an allocation fails, in its constructor too: nothing of that gets out. */
#include "detect.h"

#include <cerrno>
#include <cstring>
#include <uchardet/uchardet.h>

namespace {

/* Owns a detector, also when one of its functions throws. */
class Detector {
public:
    Detector() : handle(uchardet_new()) {}
    ~Detector() { uchardet_delete(handle); }
    Detector(const Detector &) = delete;
    Detector &operator=(const Detector &) = delete;
    uchardet_t handle;
};

dh_status detect(dh_view bytes, char *name, size_t cap) {
    Detector detector;
    if (uchardet_handle_data(detector.handle, bytes.ptr, bytes.len)) return DH_ERR_NOMEM;
    errno = 0;
    uchardet_data_end(detector.handle);
    const char *found = uchardet_get_charset(detector.handle);
    size_t len = std::strlen(found); /* its own string, ends in NUL */
    if (!len && errno == ENOMEM) return DH_ERR_NOMEM; /* it keeps its answer by strdup, and does not look */
    if (len < cap) std::memcpy(name, found, len + 1);
    return DH_OK;
}

} /* namespace */

extern "C" dh_status detect_charset(dh_view bytes, char *name, size_t cap) {
    name[0] = '\0';
    try {
        return detect(bytes, name, cap);
    } catch (...) {
        return DH_ERR_NOMEM;
    }
}
