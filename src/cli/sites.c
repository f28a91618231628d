/* A dh_site_fn over a profile. */
#include "sites.h"

static const dh_site *find(void *user, dh_view url, dh_view canonical) {
    sites *s = user;
    const site_clues clues = {.url = url, .canonical = canonical, .source = DH_LIT(""), .output = DH_LIT("")};
    return site_of(&clues, &s->name) ? NULL : profile_site(s->profile, dh_buf_view(&s->name));
}

dh_status sites_open(sites *s, const char *path, dh_options *page, dh_error *err) {
    *s = (sites){NULL};
    dh_buf_init(&s->name, 0);
    if (!path) return DH_OK;
    page->site = find;
    page->site_user = s;
    return profile_open(path, &s->profile, err);
}

void sites_close(sites *s) {
    profile_close(s->profile);
    dh_buf_clear(&s->name);
}
