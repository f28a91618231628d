/* JSON: one row a key of the object. What is not known is null; nothing is guessed here. */
#include "write/json.h"

#include "base/json_out.h"
#include "write/address.h"
#include "write/text.h"

#define NULL_WORD DH_VIEW("null")

static void put_words(json_out *j, const char *words) {
    if (words) json_string(j, (dh_view){words, strlen(words)}); /* a word of ours, or of dh_rendering, which ends in NUL */
    else json_raw(j, NULL_WORD);
}

static void put_fact(json_out *j, const wr_input *in, dh_fact_kind kind) {
    dh_view value = in->facts ? in->facts->one[kind].value : DH_VIEW("");
    if (value.len) json_string(j, value);
    else json_raw(j, NULL_WORD);
}

/* ---- one function for each key that is not a fact ----------------------------------------------------------------- */

static void put_authors(json_out *j, const wr_input *in) {
    json_raw(j, DH_VIEW("["));
    for (size_t i = 0; in->facts && i < in->facts->author_count; i++) {
        if (i) json_raw(j, DH_VIEW(","));
        json_string(j, in->facts->authors[i].value);
    }
    json_raw(j, DH_VIEW("]"));
}

static void put_url(json_out *j, const wr_input *in) {
    if (in->page) put_fact(j, in, DH_FACT_URL);
    else put_words(j, in->how->url);
}

static void put_type(json_out *j, const wr_input *in) {
    put_words(j, in->type == DH_TYPE_UNKNOWN ? NULL : dh_type_name(in->type));
}

static void put_text(json_out *j, const wr_input *in) {
    dh_buf text;
    if (!in->page) {
        json_raw(j, NULL_WORD);
        return;
    }
    dh_buf_init(&text, j->out->max);
    dh_status st = wr_text(in, &text);
    if (!st) json_string(j, dh_buf_view(&text));
    else if (!j->status) j->status = st;
    dh_buf_clear(&text);
}

/* Where a block is from, as dh_block has it. */
static void put_place(json_out *j, const wr_input *in, const pg_block *b) {
    size_t begin = in->base + b->begin, end = in->base + b->end;
    if (in->embedded) {
        pg_slice s = pg_embedded_origin(in->embedded, b->begin);
        begin = s.begin;
        end = begin + s.len;
    }
    json_key(j, DH_VIEW("start"), false);
    json_number(j, begin);
    json_key(j, DH_VIEW("end"), false);
    json_number(j, end);
}

/* One link of a block: its text, and where in the block's text it stands. */
static void put_link(json_out *j, const wr_input *in, const pg_block *b, const pg_link *link, dh_view url) {
    json_raw(j, DH_VIEW("{"));
    json_key(j, DH_VIEW("text"), true);
    json_string(j, (dh_view){in->page->text.ptr + link->begin, link->end - link->begin});
    json_key(j, DH_VIEW("url"), false);
    json_string(j, url);
    json_key(j, DH_VIEW("start"), false);
    json_number(j, link->begin - b->text_begin);
    json_key(j, DH_VIEW("end"), false);
    json_number(j, link->end - b->text_begin);
    json_raw(j, DH_VIEW("}"));
}

/* Those that lead somewhere safe, by absolute addresses. base: the page's own. */
static void put_links(json_out *j, const wr_input *in, const pg_block *b, dh_view base) {
    dh_buf url;
    bool any = false;
    dh_buf_init(&url, 0);
    json_raw(j, DH_VIEW("["));
    for (size_t i = b->first_link; i < b->first_link + b->link_count && !j->status; i++) {
        const pg_link *link = &in->page->links[i];
        dh_view href;
        if (link->begin == link->end || !wr_attr(in->page, link->elem, DH_VIEW("href"), &href)) continue;
        j->status = wr_address(base, view_trim(href), true, &url);
        if (!url.len) continue;
        if (any) json_raw(j, DH_VIEW(","));
        put_link(j, in, b, link, dh_buf_view(&url));
        any = true;
    }
    json_raw(j, DH_VIEW("]"));
    dh_buf_clear(&url);
}

static void put_block(json_out *j, const wr_input *in, size_t i, dh_view base) {
    const pg_block *b = &in->page->blocks[i];
    json_raw(j, DH_VIEW("{"));
    json_key(j, DH_VIEW("kind"), true);
    put_words(j, dh_kind_name((dh_kind)b->kind));
    json_key(j, DH_VIEW("level"), false);
    if (b->level) json_number(j, b->level);
    else json_raw(j, NULL_WORD);
    json_key(j, DH_VIEW("part"), false);
    put_words(j, in->verdicts[i].part == DH_PART_COMMENTS ? "comments" : "body");
    json_key(j, DH_VIEW("text"), false);
    json_string(j, b->text);
    json_key(j, DH_VIEW("links"), false);
    put_links(j, in, b, base);
    put_place(j, in, b);
    json_key(j, DH_VIEW("score"), false);
    json_share(j, (double)in->verdicts[i].score);
    json_raw(j, DH_VIEW("}"));
}

/* Blank lines of a text are its blocks too, but say nothing. */
static bool is_shown(const wr_input *in, size_t i) { return in->verdicts[i].keep && !view_is_blank(in->page->blocks[i].text); }

static void put_blocks(json_out *j, const wr_input *in) {
    bool lines = in->how->format == DH_TO_JSON, any = false;
    if (!in->page) {
        json_raw(j, NULL_WORD);
        return;
    }
    dh_buf base;
    dh_buf_init(&base, 0);
    if (!j->status && in->page->is_html) j->status = wr_base(in, &base);
    json_raw(j, DH_VIEW("["));
    for (size_t i = 0; i < in->page->block_count && !j->status; i++) {
        if (!is_shown(in, i)) continue;
        if (any) json_raw(j, DH_VIEW(","));
        if (lines) json_raw(j, DH_VIEW("\n    "));
        put_block(j, in, i, dh_buf_view(&base));
        any = true;
    }
    json_raw(j, any && lines ? DH_VIEW("\n  ]") : DH_VIEW("]"));
    dh_buf_clear(&base);
}

static void put_removed(json_out *j, const wr_input *in) {
    size_t blocks = 0, words = 0;
    for (size_t i = 0; in->page && i < in->page->block_count; i++) {
        size_t n = in->verdicts[i].keep ? 0 : view_words(in->page->blocks[i].text);
        blocks += n > 0;
        words += n;
    }
    if (!in->page) {
        json_raw(j, NULL_WORD);
        return;
    }
    json_raw(j, DH_VIEW("{"));
    json_key(j, DH_VIEW("blocks"), true);
    json_number(j, blocks);
    json_key(j, DH_VIEW("words"), false);
    json_number(j, words);
    json_raw(j, DH_VIEW("}"));
}

static void put_status(json_out *j, const wr_input *in) { put_words(j, in->status); }

static void put_confidence(json_out *j, const wr_input *in) {
    if (in->page && in->page->is_html) json_share(j, in->confidence);
    else json_raw(j, NULL_WORD);
}

static void put_source(json_out *j, const wr_input *in) { put_words(j, in->how->source); }

static void put_record(json_out *j, const wr_input *in) {
    if (in->how->record) json_number(j, in->how->record);
    else json_raw(j, NULL_WORD);
}

static void put_id(json_out *j, const wr_input *in) {
    const char *id = in->how->id;
    json_raw(j, id ? (dh_view){id, strlen(id)} : NULL_WORD); /* dh_rendering's ends in NUL */
}

static void put_error(json_out *j, const wr_input *in) { put_words(j, in->error); }

static void put_version(json_out *j, const wr_input *in) {
    (void)in;
    put_words(j, dh_version());
}

/* ---- the object ---------------------------------------------------------------------------------------------------- */

/* A key: a fact, if it has no function. In the order in which they come where no other is asked for. */
static const struct field {
    dh_view name;
    void (*put)(json_out *j, const wr_input *in);
    dh_fact_kind fact;
    bool with_facts;
} fields[] = {
    {DH_LIT("title"), NULL, DH_FACT_TITLE, true},
    {DH_LIT("authors"), put_authors, DH_FACT_AUTHOR, true},
    {DH_LIT("date"), NULL, DH_FACT_DATE, true},
    {DH_LIT("modified"), NULL, DH_FACT_MODIFIED, true},
    {DH_LIT("site_name"), NULL, DH_FACT_SITE_NAME, true},
    {DH_LIT("language"), NULL, DH_FACT_LANGUAGE, true},
    {DH_LIT("type"), put_type, 0, false},
    {DH_LIT("url"), put_url, DH_FACT_URL, true},
    {DH_LIT("canonical_url"), NULL, DH_FACT_CANONICAL_URL, true},
    {DH_LIT("description"), NULL, DH_FACT_DESCRIPTION, true},
    {DH_LIT("image"), NULL, DH_FACT_IMAGE, true},
    {DH_LIT("licence"), NULL, DH_FACT_LICENCE, true},
    {DH_LIT("text"), put_text, 0, false},
    {DH_LIT("blocks"), put_blocks, 0, false},
    {DH_LIT("status"), put_status, 0, false},
    {DH_LIT("confidence"), put_confidence, 0, false},
    {DH_LIT("removed"), put_removed, 0, false},
    {DH_LIT("source"), put_source, 0, false},
    {DH_LIT("record"), put_record, 0, false},
    {DH_LIT("id"), put_id, 0, false},
    {DH_LIT("error"), put_error, 0, false},
    {DH_LIT("version"), put_version, 0, false},
};

/* Takes the next name off a list with commas between; false at its end. */
static bool next_name(const char **at, dh_view *name) {
    if (!*at) return false;
    const char *comma = strchr(*at, ',');
    *name = (dh_view){*at, comma ? (size_t)(comma - *at) : strlen(*at)}; /* dh_rendering's ends in NUL */
    *at = comma ? comma + 1 : NULL;
    *name = view_trim(*name);
    return true;
}

static const struct field *field_of(dh_view name) {
    for (size_t i = 0; i < DH_COUNT(fields); i++)
        if (view_is(fields[i].name, name)) return &fields[i];
    return NULL;
}

dh_status wr_json_check(const dh_rendering *how, bool *with_facts, dh_error *err) {
    const char *at = how->fields;
    bool seen[DH_COUNT(fields)] = {false};
    dh_view name;
    *with_facts = !at;
    while (next_name(&at, &name)) {
        const struct field *f = field_of(name);
        if (!f) return err_set(err, DH_ERR_USAGE, 0, "no field is called '%.*s'", name.len < 60 ? (int)name.len : 60, name.ptr);
        if (seen[f - fields]) return err_set(err, DH_ERR_USAGE, 0, "the field '%.*s' is named twice", (int)name.len, name.ptr);
        seen[f - fields] = true;
        *with_facts |= f->with_facts;
    }
    return DH_OK;
}

static void put_field(json_out *j, const wr_input *in, const struct field *f, bool first) {
    bool lines = in->how->format == DH_TO_JSON;
    if (!first) json_raw(j, DH_VIEW(","));
    if (lines) json_raw(j, DH_VIEW("\n  "));
    json_key(j, f->name, true);
    if (lines) json_raw(j, DH_VIEW(" "));
    if (f->put) f->put(j, in);
    else put_fact(j, in, f->fact);
}

dh_status wr_json(const wr_input *in, dh_buf *out) {
    json_out j = {.out = out};
    const char *at = in->how->fields;
    dh_view name;
    json_raw(&j, DH_VIEW("{"));
    for (size_t i = 0; !in->how->fields && i < DH_COUNT(fields); i++) put_field(&j, in, &fields[i], i == 0);
    for (bool first = true; next_name(&at, &name); first = false) put_field(&j, in, field_of(name), first);
    json_raw(&j, in->how->format == DH_TO_JSON ? DH_VIEW("\n}\n") : DH_VIEW("}\n"));
    return j.status;
}
