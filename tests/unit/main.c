/* Runs every unit suite under Check. Exit status 1 if any test fails; CK_RUN_SUITE=name runs one. */
#include "suites.h"

#include <stdlib.h>

/* Asked for by AddressSanitizer as the program starts: what malloc cannot give is NULL, as without it. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "allocator_may_return_null=1"; }

int main(void) {
    Suite *(*const suites[])(void) = {base_suite, url_suite, unicode_suite, rules_suite, facts_suite, links_suite, write_suite, phrase_suite, scan_suite, page_suite, json_suite, parts_suite, judge_suite, model_suite,
                                      text_suite, seed_suite, input_suite, api_suite, site_suite};
    SRunner *runner = srunner_create(NULL);
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
