#include "suites.h"
Suite *scan_suite(void) { return suite_create("scan"); }
