/* The next part of a page. Fetching it is the filter's affair. */
#include "next.h"

#include "base/url.h"

void next_init(next_pages *n) {
    *n = (next_pages){0};
    dh_buf_init(&n->url, 0);
    dh_buf_init(&n->seen, 0);
}

void next_clear(next_pages *n) {
    dh_buf_clear(&n->url);
    dh_buf_clear(&n->seen);
}

/* Adds an address to those that were seen. */
static dh_status see(next_pages *n, dh_view url) {
    dh_status st = url_normalise(url, &n->seen);
    if (st && st != DH_ERR_NOMEM) return DH_OK; /* no address: the fetcher says so */
    return st ? st : buf_append_char(&n->seen, '\n');
}

static bool is_seen(const next_pages *n, dh_view url) {
    const char *p = n->seen.ptr, *end = p + n->seen.len, *stop;
    for (; p < end && (stop = memchr(p, '\n', (size_t)(end - p))); p = stop + 1)
        if (view_is((dh_view){p, (size_t)(stop - p)}, url)) return true;
    return false;
}

dh_status next_begin(next_pages *n, dh_view url) {
    n->url.len = n->seen.len = 0;
    return see(n, url);
}

/* The page's own address, behind redirects, counts as seen too: a last part that names itself is the last. */
static dh_status find(next_pages *n, const dh_page *page, dh_view own, dh_error *err) {
    dh_link_list *links = NULL;
    dh_link link;
    dh_status st = dh_page_links(page, &links, err);
    if (st) return st;
    st = see(n, own);
    for (size_t i = 0; !st && !n->url.len && dh_link_list_get(links, i, &link); i++) {
        if (!(link.rel & DH_REL_NEXT) || !view_is_nocase(url_host(link.url), url_host(own)) || is_seen(n, link.url)) continue;
        st = buf_append_view(&n->url, link.url);
        if (!st) st = buf_append_char(&n->url, 0);
    }
    if (!st && n->url.len) st = see(n, (dh_view){n->url.ptr, n->url.len - 1});
    dh_link_list_free(links);
    return st ? err_set(err, st, 0, "out of memory") : DH_OK;
}

dh_status next_render(void *user, const dh_page *page, const dh_rendering *how, dh_view url, dh_buf *out, dh_error *err) {
    next_pages *n = user;
    n->url.len = 0;
    dh_status st = find(n, page, url, err);
    if (st) return st;
    return join_render(&n->inner, page, how, url, out, err);
}
