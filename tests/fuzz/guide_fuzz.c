/* Fuzzes the reading of sitemaps and feeds: whatever comes, addresses are no longer than what they are in allows, and none comes
 * beyond the bound. */
#include "fuzz.h"

#include "base/base.h"
#include "base/url.h"
#include "fetch/guide.h"

static bool found(void *user, dh_view address, bool guide) {
    size_t *left = user;
    MUST((*left)-- && address.len <= 2 * URL_MAX_BYTES);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    size_t left = 100;
    fetch_fault fault = {FAULT_NONE, ""};
    guide_job job = {.url = DH_LIT("http://h.example/"), .max_bytes = (size_t)1 << 20, .max_entries = left, .found = found, .user = &left};
    char *exact = malloc(size + !size);
    MUST(exact);
    memcpy(exact, data, size);
    bool good = guide_read(&job, (dh_view){exact, size}, &fault);
    MUST(good == (fault.kind == FAULT_NONE) && job.entries + left == 100);
    free(exact);
    return 0;
}
