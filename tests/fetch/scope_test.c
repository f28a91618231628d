/* Which links a crawl follows, and how they come from dehusk. Rows that fail are named; exit status 1 if any did. */
#include "base/base.h"
#include "fetch/links.h"
#include "fetch/scope.h"

#include <stdio.h>
#include <unistd.h>

static bool fail(const char *row, const char *what) {
    printf("FAILED  %s: %s\n", row, what);
    return false;
}

/* ---- scope ---- */

static const struct {
    const char *address;
    scope_verdict verdict;
} rows[] = {
    {"http://www.a.example/x", SCOPE_YES},
    {"https://a.example/", SCOPE_YES},
    {"http://deep.er.a.example:8080/", SCOPE_YES},
    {"http://b.example/", SCOPE_OUTSIDE},
    {"http://a.example.b.example/", SCOPE_OUTSIDE},
    {"http://xa.example/", SCOPE_OUTSIDE},
    {"http://shop.co.uk/", SCOPE_YES},
    {"http://other.co.uk/", SCOPE_OUTSIDE},
    {"http://10.0.0.1/x", SCOPE_YES},
    {"http://10.0.0.2/x", SCOPE_OUTSIDE},
    {"http://a.example/a.jpg", SCOPE_FILE},
    {"http://a.example/a/b.PDF?x", SCOPE_FILE},
    {"http://a.example/a.7z", SCOPE_FILE},
    {"http://a.example/a.zst", SCOPE_FILE},
    {"http://a.example/a.jpgx", SCOPE_YES},
    {"http://a.example/a.htm", SCOPE_YES},
    {"http://a.example/a.pdf/", SCOPE_YES},
    {"http://a.example/?a.pdf", SCOPE_YES},
    {"http://a.example/private/x", SCOPE_UNWANTED},
    {"http://a.example/x/y/x/z/x", SCOPE_YES},
    {"http://a.example/x/y/x/z/x/x", SCOPE_TRAP},
    {"http://a.example/x/x/x/x/", SCOPE_TRAP},
    {"http://a.example/1/2/3/4/5/6", SCOPE_YES},
    {"http://a.example/1/2/3/4/5/6/7", SCOPE_TRAP},
    {"http://a.example/////", SCOPE_YES},
    {"http://a.example//////////", SCOPE_TRAP},
};

static bool test_verdicts(const scope *s) {
    bool ok = true;
    for (size_t i = 0; i < DH_COUNT(rows); i++)
        if (scope_of_link(s, rows[i].address) != rows[i].verdict) ok = fail(rows[i].address, "another verdict");
    return ok;
}

/* Each path may be asked with so many queries; those of others, and the path itself, do not count. */
static bool test_queries(scope *s) {
    char address[64];
    bool ok = true;
    for (int i = 0; i < 300; i++) {
        snprintf(address, sizeof address, "http://a.example/%d?%d", i % 100, i);
        ok &= scope_of_link(s, address) == (i < 200 ? SCOPE_YES : SCOPE_TRAP) && !scope_note_link(s, address);
    }
    ok &= scope_of_link(s, "http://a.example/1") == SCOPE_YES && scope_of_link(s, "http://a.example/100?1") == SCOPE_YES;
    return ok || fail("queries", "counted wrongly");
}

static bool test_scope(void) {
    const fetch_settings opt = {.reject = "*/private/*", .max_path = 6, .max_queries = 2};
    static const char *const sites[] = {"http://blog.a.example/x", "http://shop.co.uk", "http://10.0.0.1:81/"};
    scope *s = scope_new(&opt);
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < DH_COUNT(sites); i++) ok = !scope_add_site(s, view_of(sites[i]));
    ok = ok && test_verdicts(s) && test_queries(s);
    scope_free(s);
    return ok;
}

/* ---- links ---- */

static bool note_page(void *user, dh_view address) { return !buf_printf(user, "%.*s:", (int)address.len, address.ptr); }

static bool note_link(void *user, const char *link) { return !buf_printf(user, " %s", link); }

static void note_end(void *user, bool scripted) { (void)!buf_append_view(user, scripted ? DH_VIEW("!\n") : DH_VIEW("\n")); }

/* Written in two pieces, so that a line comes in two as well. */
static bool check_lines(const char *text, size_t cut, const char *want, dh_status status) {
    int ends[2];
    dh_buf got;
    dh_status st = DH_OK;
    if (pipe(ends)) return fail(text, "no pipe");
    dh_view all = view_of(text), parts[] = {{all.ptr, cut}, {all.ptr + cut, all.len - cut}};
    links *l = links_new(ends[0]);
    dh_buf_init(&got, 0);
    const links_sink to = {note_page, note_link, note_end, &got};
    for (size_t i = 0; l && i < 2 && !st; i++) {
        if (write(ends[1], parts[i].ptr, parts[i].len) != (ssize_t)parts[i].len) return fail(text, "not written");
        st = links_fill(l);
        if (!st) st = links_take(l, &to);
    }
    close(ends[1]);
    if (l && !st) st = links_fill(l);
    bool ok = l && st == status && view_is(dh_buf_view(&got), view_of(want)) && (st || links_fd(l) < 0);
    links_free(l);
    dh_buf_clear(&got);
    return ok || fail(text, "another answer");
}

static bool test_links(void) {
    static const char two[] = "{\"address\":\"http://a/\",\"links\":[\"http://a/1\",\"http://a/\\u0032\"]}\n{\"address\":\"b\",\"links\":[]}\n";
    bool ok = true;
    for (size_t cut = 0; cut < sizeof two; cut += 7) ok &= check_lines(two, cut, "http://a/: http://a/1 http://a/2\nb:\n", DH_OK);
    ok &= check_lines("{\"address\":\"b\"}\n", 3, "b:\n", DH_OK);
    ok &= check_lines("{\"address\":\"b\",\"links\":[],\"browser\":true}\n", 3, "b:!\n", DH_OK);
    ok &= check_lines("no JSON\n", 3, "", DH_ERR_FORMAT);
    ok &= check_lines("{\"address\":\"b\",\"links\":[null]}\n", 3, "b:", DH_ERR_FORMAT);
    return ok;
}

int main(void) {
    bool ok = test_scope();
    ok &= test_links();
    printf("scope: %s\n", ok ? "ok" : "FAILED");
    return ok ? 0 : 1;
}
