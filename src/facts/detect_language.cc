/* CLD2's language detector. It is loaded on first use: linked, it would double the program's start-up time, since it brings the C++
 * library along. dlopen() counts for itself, so that nothing has to be remembered here.
 *
 * What CLD2 throws when an allocation fails cannot be caught here: a program with a C++ runtime of its own, linked statically, and
 * CLD2 with the shared one have two unwinders. So the memory that it needs is asked for first. */
#include "detect_language.h"

#include <cerrno>
#include <cstdio> /* CLD2's header needs FILE */
#include <cld2/public/compact_lang_det.h>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

namespace {

const char library[] = "libcld2.so.0";
/* CLD2::ExtDetectLanguageSummary() with hints and chunks, and CLD2::LanguageCode(). */
const char detect_name[] =
    "_ZN4CLD224ExtDetectLanguageSummaryEPKcibPKNS_8CLDHintsEiPNS_8LanguageEPiPdPSt6vectorINS_11ResultChunkESaISA_EES7_Pb";
const char code_name[] = "_ZN4CLD212LanguageCodeENS_8LanguageE";

typedef CLD2::Language (*detect_fn)(const char *, int, bool, const CLD2::CLDHints *, int, CLD2::Language *, int *, double *,
                                    CLD2::ResultChunkVector *, int *, bool *);
typedef const char *(*code_fn)(CLD2::Language);

/* A language of less of the text than this is not named. */
const int least_percent = 40;
/* CLD2 takes 0.4 MiB for a run of text in one script, of the longest text that it is given. */
const size_t headroom_bytes = 4u << 20;

bool has_headroom() {
    void *volatile room = std::malloc(headroom_bytes);
    std::free(room);
    return room != nullptr;
}

/* False if there was no memory to load it; *summary is null if it is not installed. */
bool load(detect_fn *summary, code_fn *code_of) {
    errno = 0;
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return errno != ENOMEM;
    *summary = reinterpret_cast<detect_fn>(dlsym(handle, detect_name));
    *code_of = reinterpret_cast<code_fn>(dlsym(handle, code_name));
    if (!*code_of) *summary = nullptr;
    return errno != ENOMEM;
}

} /* namespace */

extern "C" dh_status detect_language(dh_view text, const char *claim, char code[LANGUAGE_BYTES]) {
    detect_fn summary = nullptr;
    code_fn code_of = nullptr;
    code[0] = '\0';
    if (text.len > LANGUAGE_TEXT_BYTES) return DH_ERR_LIMIT;
    if (!load(&summary, &code_of)) return DH_ERR_NOMEM;
    if (!summary) return DH_OK;
    if (!has_headroom()) return DH_ERR_NOMEM;
    CLD2::CLDHints hints = {*claim ? claim : nullptr, nullptr, 0 /* no encoding */, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language found[3];
    int percent[3], bytes;
    double score[3];
    bool reliable = false;
    summary(text.ptr, static_cast<int>(text.len), true, &hints, 0, found, percent, score, nullptr, &bytes, &reliable);
    if (found[0] == CLD2::UNKNOWN_LANGUAGE || (!reliable && percent[0] < least_percent)) return DH_OK;
    const char *name = code_of(found[0]);
    size_t n = std::strlen(name); /* CLD2's own, ends in NUL */
    if (n < LANGUAGE_BYTES) std::memcpy(code, name, n + 1);
    return DH_OK;
}

extern "C" bool detect_language_preload(void) { return dlopen(library, RTLD_NOW | RTLD_LOCAL) != nullptr; }

extern "C" bool detect_language_is_built(void) { return true; }
