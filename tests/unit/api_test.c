#include "suites.h"
Suite *api_suite(void) { return suite_create("api"); }
