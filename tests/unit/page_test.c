#include "suites.h"
Suite *page_suite(void) { return suite_create("page"); }
