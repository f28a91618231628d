/* What a page says of itself and its site in fields: address, site's name, description, image, licence. */
#include "base/url.h"
#include "facts/finders.h"
#include "judge/fold.h"

/* Longer names are slogans. */
#define NAME_BYTES 96

void fc_set(fc_facts *out, dh_fact_kind kind, dh_view value, const char *origin) {
    if (!out->one[kind].value.len && value.len) out->one[kind] = (dh_fact){value, origin};
}

/* ---- what the site is called ---- */

/* Folds to letters and digits alone. */
static size_t squeeze(dh_view text, char *out, size_t cap) {
    size_t len = jd_fold(text, out, cap), n = 0;
    for (size_t i = 0; i < len; i++)
        if (out[i] != ' ') out[n++] = out[i];
    return n;
}

static void add_name(fc_page *f, dh_view text) {
    char name[NAME_BYTES * 2];
    if (!text.len || text.len > NAME_BYTES || f->name_count == FC_NAMES) return;
    size_t len = squeeze(text, name, sizeof name);
    if (len >= 2) f->names[f->name_count++] = fc_copy(f, (dh_view){name, len});
}

/* A host may be the name: example.org, example, blog.example. */
static void add_host(fc_page *f, dh_view host) {
    dh_view www = DH_VIEW("www.");
    if (view_starts_nocase(host, www)) host = (dh_view){host.ptr + www.len, host.len - www.len};
    add_name(f, host);
    for (size_t dots = 0, i = host.len; i > 0 && dots < 2; i--) { /* without the last label, and without the last two */
        if (host.ptr[i - 1] != '.') continue;
        dots++;
        dh_view rest = {host.ptr, i - 1};
        add_name(f, rest);
        const char *dot = memrchr(rest.ptr, '.', rest.len);
        if (dot) add_name(f, (dh_view){dot + 1, (size_t)(rest.ptr + rest.len - dot - 1)});
    }
}

bool fc_is_site(const fc_page *f, dh_view text) {
    char name[NAME_BYTES * 2];
    if (text.len > NAME_BYTES) return false;
    size_t len = squeeze(text, name, sizeof name);
    for (size_t i = 0; i < f->name_count; i++)
        if (view_is(f->names[i], (dh_view){name, len})) return true;
    return false;
}

/* ---- fields ---- */

/* A meta tag that holds a fact. */
typedef struct {
    dh_view name;
    const char *origin;
} meta_row;

#define ROW(name) {DH_LIT(name), "meta " name}

static void set_from_metas(fc_page *f, fc_facts *out, dh_fact_kind kind, const meta_row *rows, size_t count) {
    for (size_t i = 0; i < count && !out->one[kind].value.len; i++)
        fc_set(out, kind, fc_text(f, fc_meta_raw(f, rows[i].name)), rows[i].origin);
}

/* The same for addresses. */
static void set_address(fc_page *f, fc_facts *out, dh_fact_kind kind, dh_view raw, const char *origin) {
    if (raw.len && !out->one[kind].value.len) fc_set(out, kind, fc_address(f, raw), origin);
}

static void find_address(fc_page *f, fc_facts *out) {
    fc_set(out, DH_FACT_URL, f->url, "given");
    set_address(f, out, DH_FACT_CANONICAL_URL, fc_link_raw(f, DH_VIEW("canonical")), "link canonical");
    set_address(f, out, DH_FACT_CANONICAL_URL, fc_meta_raw(f, DH_VIEW("og:url")), "meta og:url");
    if (!f->url.len) f->url = out->one[DH_FACT_CANONICAL_URL].value;
}

static void find_site(fc_page *f, fc_facts *out) {
    static const meta_row rows[] = {ROW("og:site_name")}, weak[] = {ROW("application-name"), ROW("apple-mobile-web-app-title")};
    set_from_metas(f, out, DH_FACT_SITE_NAME, rows, DH_COUNT(rows));
    fc_set(out, DH_FACT_SITE_NAME, fc_json_text(f, f->linked.site), "JSON-LD WebSite");
    fc_set(out, DH_FACT_SITE_NAME, fc_json_text(f, f->linked.article.value[FC_LD_PUBLISHER]), "JSON-LD publisher");
    set_from_metas(f, out, DH_FACT_SITE_NAME, weak, DH_COUNT(weak));
    add_name(f, out->one[DH_FACT_SITE_NAME].value);
    add_name(f, fc_json_text(f, f->linked.site));
    add_name(f, fc_json_text(f, f->linked.article.value[FC_LD_PUBLISHER]));
    add_name(f, fc_text(f, fc_meta_raw(f, DH_VIEW("application-name"))));
    add_host(f, url_host(f->url));
}

static void find_image(fc_page *f, fc_facts *out) {
    set_address(f, out, DH_FACT_IMAGE, fc_meta_raw(f, DH_VIEW("og:image")), "meta og:image");
    set_address(f, out, DH_FACT_IMAGE, fc_json_text(f, f->linked.article.value[FC_LD_IMAGE]), "JSON-LD image");
    set_address(f, out, DH_FACT_IMAGE, fc_meta_raw(f, DH_VIEW("twitter:image")), "meta twitter:image");
    set_address(f, out, DH_FACT_IMAGE, fc_link_raw(f, DH_VIEW("image_src")), "link image_src");
}

/* True if a word is somewhere in the attributes of an element: most links can be passed over by that. */
static bool says(const fc_page *f, uint32_t e, dh_view word) {
    uint32_t start = f->page->elems[e].start;
    if (start == PG_NONE) return false;
    dh_view attrs = pg_view(f->page, f->page->starts[start].attrs);
    return view_find_nocase(attrs, word) < attrs.len;
}

/* Where a licence is named, it is by address: of a link in the head or in the text, or a field. */
static void find_licence(fc_page *f, fc_facts *out) {
    static const meta_row rows[] = {ROW("dc.rights.license"), ROW("dcterms.license"), ROW("license")};
    const pg_page *page = f->page;
    set_address(f, out, DH_FACT_LICENCE, fc_link_raw(f, DH_VIEW("license")), "link license");
    fc_set(out, DH_FACT_LICENCE, fc_json_text(f, f->linked.article.value[FC_LD_LICENCE]), "JSON-LD license");
    fc_set(out, DH_FACT_LICENCE, fc_json_text(f, f->linked.page.value[FC_LD_LICENCE]), "JSON-LD license");
    set_from_metas(f, out, DH_FACT_LICENCE, rows, DH_COUNT(rows));
    for (size_t i = 0; i < page->link_count && !out->one[DH_FACT_LICENCE].value.len; i++) {
        uint32_t e = page->links[i].elem;
        if (says(f, e, DH_VIEW("license")) && fc_has_word(fc_attr(f, e, DH_VIEW("rel")), DH_VIEW("license")))
            set_address(f, out, DH_FACT_LICENCE, fc_attr(f, e, DH_VIEW("href")), "a rel license");
    }
}

void fc_find_about(fc_page *f, fc_facts *out) {
    static const meta_row rows[] = {ROW("description"), ROW("og:description"), ROW("dc.description"), ROW("twitter:description")};
    find_address(f, out);
    find_site(f, out);
    set_from_metas(f, out, DH_FACT_DESCRIPTION, rows, DH_COUNT(rows));
    fc_set(out, DH_FACT_DESCRIPTION, fc_json_text(f, f->linked.article.value[FC_LD_DESCRIPTION]), "JSON-LD description");
    find_image(f, out);
    find_licence(f, out);
}
