/* Runs the input suite alone. Exit status 1 if any test fails. */
#include "../unit/suites.h"

#include <stdlib.h>

int main(void) {
    SRunner *runner = srunner_create(input_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
