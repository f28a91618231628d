/* The scraped page that dehusk was first asked to clean (fixtures/seed-text), in variants: its five lines of furniture alone, in other
 * order, doubled, in capitals, elsewhere; and with sentences of the author's that use their words. */
#include "suites.h"
#include "support/support.h"

#define WAIT    "Please wait…\n"
#define RELATED "RELATED ARTICLES\n"
#define GIVE    "Did you like this information? Then please consider making a donation or subscribing to our Newsletter. Source\n"
#define POSTS   "Related posts:\n"
#define VIEWS   "Views: 0"

/* own: lines of the author's that stand in the middle of the article. head, tail: furniture before and behind it. */
static const struct {
    const char *name, *head, *own, *tail;
} rows[] = {
    {"wait alone", "", "", WAIT},
    {"related alone", "", "", RELATED},
    {"donation alone", "", "", GIVE},
    {"posts alone", "", "", POSTS},
    {"views alone", "", "", VIEWS},
    {"as it came", "", "", WAIT RELATED GIVE POSTS VIEWS},
    {"backwards", "", "", VIEWS "\n" POSTS GIVE RELATED WAIT},
    {"donation first", "", "", GIVE VIEWS "\n" WAIT POSTS RELATED},
    {"doubled", "", "", WAIT WAIT RELATED RELATED GIVE GIVE POSTS POSTS VIEWS "\n" VIEWS},
    {"twice in a row", "", "", WAIT RELATED GIVE POSTS VIEWS "\n" WAIT RELATED GIVE POSTS VIEWS},
    {"in capitals", "", "",
     "PLEASE WAIT…\nRELATED ARTICLES\nDID YOU LIKE THIS INFORMATION? THEN PLEASE CONSIDER MAKING A DONATION OR SUBSCRIBING TO OUR "
     "NEWSLETTER. SOURCE\nRELATED POSTS:\nVIEWS: 0"},
    {"in small letters", "", "", "please wait...\nrelated articles\nrelated posts:\nviews: 0"},
    {"with blank lines", "", "", "\n" WAIT "\n" RELATED "\n" GIVE "\n" POSTS "\n" VIEWS "\n\n"},
    {"other numbers", "", "", WAIT RELATED GIVE POSTS "Views: 12,408"},
    {"wait at the start", WAIT, "", VIEWS},
    {"views at the start", VIEWS "\n", "", RELATED},
    {"titles below", "", "", RELATED "China's trade with its neighbours\nWho pays for the new port\n" GIVE POSTS "Gas, grain and the price of bread\n" VIEWS},
    {"indented", "", "", "  Please wait…\n  RELATED ARTICLES\n    Related posts:\n  Views: 0"},
    {"somebody says it", "", "“Please wait,” the officer at the border told them, and closed the window for an hour.\n", WAIT VIEWS},
    {"about donations", "",
     "The committee had asked for donations since the autumn, and by March it had collected enough to buy two lorries of medicine.\n"
     "Whoever made a donation received a letter of thanks and, every second month, the newsletter of the town.\n", GIVE},
    {"about articles", "", "Two related articles in the treaty forbid exactly this, as the court had pointed out a year before.\n", RELATED GIVE},
    {"about views", "", "His views on the matter were known: nobody had asked for them, and he had given them to everybody.\n", POSTS VIEWS},
    {"nothing but the article", "", "", ""},
};

/* The article without what stands below it; half: behind its twentieth line. */
static void read_article(dh_buf *out, size_t *half) {
    dh_buf_init(out, 0);
    ck_assert(sup_read_input("seed-text", out));
    size_t lines = 0;
    *half = 0;
    for (size_t i = 0; i < out->len; i++) {
        if (out->ptr[i] == '\n' && ++lines == 20) *half = i + 1;
        if (view_starts((dh_view){out->ptr + i, out->len - i}, DH_VIEW("\n" WAIT))) out->len = i + 1;
    }
    ck_assert_uint_gt(*half, 0);
}

static void put(dh_buf *out, dh_view v) { ck_assert_int_eq(buf_append_view(out, v), DH_OK); }

START_TEST(seed_variants) {
    dh_buf article, in, want, got;
    size_t half;
    dh_options opt = dh_options_default();
    read_article(&article, &half);
    dh_view first = {article.ptr, half}, second = {article.ptr + half, article.len - half};
    dh_buf_init(&in, 0);
    dh_buf_init(&want, 0);
    dh_buf_init(&got, 0);
    put(&want, first);
    put(&want, view_of(rows[_i].own));
    put(&want, second);
    put(&in, view_of(rows[_i].head));
    put(&in, dh_buf_view(&want));
    put(&in, view_of(rows[_i].tail));
    opt.from = DH_FROM_TEXT;
    ck_assert_int_eq(sup_clean(NULL, dh_buf_view(&in), &opt, &got, NULL), DH_OK);
    size_t same = 0;
    while (same < got.len && same < want.len && got.ptr[same] == want.ptr[same]) same++;
    ck_assert_msg(view_is(dh_buf_view(&got), dh_buf_view(&want)), "%s: from byte %zu of %zu on: '%.*s'", rows[_i].name, same, want.len,
                  (int)(got.len - same), got.ptr + same);
    dh_buf_clear(&article);
    dh_buf_clear(&in);
    dh_buf_clear(&want);
    dh_buf_clear(&got);
}
END_TEST

Suite *seed_suite(void) {
    Suite *s = suite_create("seed");
    TCase *c = tcase_create("variants");
    tcase_add_loop_test(c, seed_variants, 0, DH_COUNT(rows));
    suite_add_tcase(s, c);
    return s;
}
