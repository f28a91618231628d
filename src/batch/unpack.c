/* Which files are containers, and what is common to all kinds. What each looks like inside is unpack_*.c's. */
#include "unpack.h"

#include "base/pattern.h"

#include <stdlib.h>
#include <time.h>

struct unpack {
    unpack_source source;
    const unpack_format *format;
    void *state;
    uint64_t number;
};

/* ---- names ------------------------------------------------------------------------------------------------------- */

static const struct {
    dh_view ending;
    unpack_kind kind;
} endings[] = {
    {DH_LIT(".warc"), UNPACK_RECORDS}, {DH_LIT(".wet"), UNPACK_RECORDS}, {DH_LIT(".arc"), UNPACK_RECORDS},
    {DH_LIT(".jsonl"), UNPACK_LINES},  {DH_LIT(".ndjson"), UNPACK_LINES}, {DH_LIT(".tar"), UNPACK_TAR},
    {DH_LIT(".tgz"), UNPACK_TAR},      {DH_LIT(".tbz2"), UNPACK_TAR},    {DH_LIT(".txz"), UNPACK_TAR},
    {DH_LIT(".tzst"), UNPACK_TAR},     {DH_LIT(".zip"), UNPACK_ZIP},
};
static const dh_view compressed[] = {DH_LIT(".gz"), DH_LIT(".br"), DH_LIT(".zst"), DH_LIT(".xz"), DH_LIT(".bz2")};

static bool ends_in(dh_view name, dh_view ending) {
    return name.len > ending.len && view_is_nocase((dh_view){name.ptr + name.len - ending.len, ending.len}, ending);
}

/* A zip file that is compressed again is none that can be looked into from its end. */
unpack_kind unpack_kind_of(dh_view name) {
    bool packed = false;
    for (size_t i = 0; i < DH_COUNT(compressed) && !packed; i++) {
        packed = ends_in(name, compressed[i]);
        if (packed) name.len -= compressed[i].len;
    }
    for (size_t i = 0; i < DH_COUNT(endings); i++)
        if (ends_in(name, endings[i].ending)) return packed && endings[i].kind == UNPACK_ZIP ? UNPACK_NOT : endings[i].kind;
    return UNPACK_NOT;
}

/* ---- opening ------------------------------------------------------------------------------------------------------ */

static const unpack_format *format_of(unpack_kind kind) {
    switch (kind) {
    case UNPACK_RECORDS: return &unpack_records;
    case UNPACK_LINES: return &unpack_lines;
    case UNPACK_TAR:
    case UNPACK_ZIP: return &unpack_archive;
    case UNPACK_NOT: break;
    }
    return NULL;
}

dh_status unpack_preload(unpack_kind kind, dh_error *err) {
    return kind == UNPACK_TAR || kind == UNPACK_ZIP ? unpack_archive_load(err) : DH_OK;
}

void unpack_settle(void) {
    setenv("TZ", "UTC0", 1); /* no file: times in archives are not used */
    tzset();
}

dh_status unpack_open(const folder_options *opt, const char *name, int fd, unpack **out, dh_error *err) {
    unpack_kind kind = unpack_kind_of(view_of(name));
    unpack *u = calloc(1, sizeof *u);
    *out = u;
    if (!u) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    u->source = (unpack_source){opt, {fd, NULL}, source_encoding(name)};
    u->format = format_of(kind);
    if (!u->format) return err_set(err, DH_ERR_FORMAT, 0, "holds no pages");
    return u->format->open(&u->source, kind == UNPACK_ZIP, &u->state, err);
}

void unpack_close(unpack *u) {
    if (u && u->format) u->format->close(u->state);
    free(u);
}

/* ---- pages -------------------------------------------------------------------------------------------------------- */

/* The filter holds for paths within archives, and for addresses. */
static dh_status is_wanted(const unpack *u, const parcel *p, unpack_passed *passed, bool *wanted, dh_error *err) {
    const list_filter *f = &u->source.opt->filter;
    dh_view name = p->name.len ? p->name : p->url;
    dh_buf path;
    *wanted = true;
    if (!name.len) return DH_OK;
    dh_buf_init(&path, 0);
    if (buf_append_view(&path, name) || buf_append_char(&path, 0)) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    bool asset = p->name.len && !f->include && pattern_is_asset(path.ptr);
    if (f->exclude) *wanted = !pattern_matches(f->exclude, path.ptr);
    if (f->include && *wanted) *wanted = pattern_matches(f->include, path.ptr);
    passed->unwanted += !*wanted;
    passed->assets += *wanted && asset;
    *wanted = *wanted && !asset;
    dh_buf_clear(&path);
    return DH_OK;
}

dh_status unpack_next(unpack *u, parcel *p, dh_view *page, bool *found, unpack_passed *passed, bool *over, dh_error *err) {
    for (*passed = (unpack_passed){0};;) {
        bool wanted;
        *p = (parcel){.number = 0};
        *found = *over = false;
        dh_status st = u->format->next(u->state, p, page, found, over, err);
        if (st || !*found) return st;
        p->number = ++u->number; /* of those that are not meant, too: another filter does not change what a page is called */
        st = is_wanted(u, p, passed, &wanted, err);
        if (st || wanted) return st;
    }
}
