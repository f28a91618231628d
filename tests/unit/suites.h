/* suites.h: every Check suite of the unit tests; main.c runs them all. */
#ifndef TESTS_SUITES_H
#define TESTS_SUITES_H

#include <check.h>

Suite *base_suite(void);
Suite *input_suite(void);
Suite *phrase_suite(void);
Suite *scan_suite(void);
Suite *page_suite(void);
Suite *json_suite(void);
Suite *parts_suite(void);
Suite *judge_suite(void);
Suite *model_suite(void);
Suite *text_suite(void);
Suite *seed_suite(void);
Suite *api_suite(void);
Suite *url_suite(void);
Suite *unicode_suite(void);
Suite *rules_suite(void);
Suite *facts_suite(void);
Suite *links_suite(void);
Suite *write_suite(void);
Suite *site_suite(void);

#endif
