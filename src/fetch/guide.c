/* Sitemaps and feeds: what kind one is, and those that are no XML (guide_xml.c has these). Fetching them, and what becomes of the
 * addresses, is left to the engine. */
#include "guide_xml.h"

#include "base/url.h"

#include <sqlite3.h>
#define ZLIB_CONST
#include <zlib.h>

#define GUIDE_PIECE_BYTES 65536
/* zlib's sign for a gzip header. */
#define GUIDE_GZIP_BITS 16

bool guide_none(fetch_fault *fault, const char *why) { return fault_set(fault, FAULT_GUIDE, "neither a sitemap nor a feed: %.60s", why); }

bool guide_take(guide_job *job, dh_view address, bool guide, fetch_fault *fault) {
    dh_buf whole;
    address = view_trim(address);
    if (!address.len) return true;
    if (job->entries == job->max_entries) {
        job->cut = true;
        return true;
    }
    job->entries++;
    dh_buf_init(&whole, 0);
    dh_status st = url_resolve(job->url, address, &whole);
    bool ok = st != DH_ERR_NOMEM && job->found(job->user, st ? address : dh_buf_view(&whole), guide);
    dh_buf_clear(&whole);
    return ok || fault_memory(fault);
}

/* ---- JSON Feed ---------------------------------------------------------------------------------------------------- */

/* SQLite reads JSON, and is here anyway. An item without an address of its own may have one as its id. */
static const char json_items[] = "SELECT coalesce(json_extract(value, '$.url'), json_extract(value, '$.id')) FROM json_each(?1, '$.items')"
                                 " WHERE type = 'object' AND json_type(?1, '$.items') = 'array'";

static bool take_items(guide_job *job, sqlite3_stmt *s, fetch_fault *fault) {
    int code;
    while (!job->cut && (code = sqlite3_step(s)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        dh_view address = {text ? text : "", text ? (size_t)sqlite3_column_bytes(s, 0) : 0};
        if (url_is_http(address) && !guide_take(job, address, false, fault)) return false;
    }
    if (job->cut || code == SQLITE_DONE) return true;
    return code == SQLITE_NOMEM ? fault_memory(fault) : fault_set(fault, FAULT_GUIDE, "broken JSON");
}

static bool read_json(guide_job *job, dh_view body, fetch_fault *fault) {
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    bool ok = sqlite3_open(":memory:", &db) == SQLITE_OK && sqlite3_prepare_v2(db, json_items, -1, &s, NULL) == SQLITE_OK &&
              sqlite3_bind_text64(s, 1, body.ptr, body.len, SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
    ok = ok ? take_items(job, s, fault) : fault_memory(fault);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return ok;
}

/* ---- lines -------------------------------------------------------------------------------------------------------- */

static dh_view next_line(dh_view *rest) {
    const char *end = memchr(rest->ptr, '\n', rest->len);
    dh_view line = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
    size_t taken = line.len + (end != NULL);
    *rest = (dh_view){rest->ptr + taken, rest->len - taken};
    return view_trim(line);
}

/* The first line shows what it is. */
static bool read_text(guide_job *job, dh_view body, fetch_fault *fault) {
    bool first = true;
    while (body.len && !job->cut) {
        dh_view line = next_line(&body);
        if (!line.len) continue;
        if (first && !url_is_http(line)) return guide_none(fault, "it does not begin like one");
        first = false;
        if (!guide_take(job, line, false, fault)) return false;
    }
    return !first || guide_none(fault, "it is empty");
}

bool guide_read_robots(guide_job *job, dh_view body, fetch_fault *fault) {
    const dh_view name = DH_LIT("sitemap:");
    job->entries = job->broken = 0;
    job->cut = false;
    while (body.len && !job->cut) {
        dh_view line = next_line(&body);
        if (!view_starts_nocase(line, name)) continue;
        if (!guide_take(job, (dh_view){line.ptr + name.len, line.len - name.len}, true, fault)) return false;
    }
    return true;
}

/* ---- what it is ---------------------------------------------------------------------------------------------------- */

static bool read_plain(guide_job *job, dh_view body, fetch_fault *fault) {
    dh_view mark = DH_LIT("\xef\xbb\xbf");
    dh_view start = view_starts(body, mark) ? (dh_view){body.ptr + mark.len, body.len - mark.len} : body;
    start = view_trim(start);
    if (start.len && start.ptr[0] == '{') return read_json(job, start, fault);
    /* XML in UTF-16 begins with a byte order mark, or with a NUL about its first letter. */
    bool wide = body.len > 1 && (!body.ptr[0] || !body.ptr[1] || (body.ptr[0] & body.ptr[1] & 0xfe) == 0xfe);
    if (view_starts_nocase(start, DH_VIEW("<!doctype html"))) return guide_none(fault, "it is HTML");
    bool xml = wide || (start.len && start.ptr[0] == '<');
    return xml ? guide_read_xml(job, wide ? body : start, fault) : read_text(job, start, fault);
}

static bool inflate_all(dh_view body, size_t max_bytes, dh_buf *out, fetch_fault *fault) {
    z_stream z = {.next_in = (const unsigned char *)body.ptr};
    const char *end = body.ptr + body.len;
    dh_status st = DH_OK;
    if (inflateInit2(&z, MAX_WBITS + GUIDE_GZIP_BITS)) return fault_memory(fault);
    int code = Z_OK;
    while (!st && code == Z_OK && out->len <= max_bytes) {
        size_t left = (size_t)(end - (const char *)z.next_in);
        z.avail_in = left < GUIDE_PIECE_BYTES ? (uInt)left : GUIDE_PIECE_BYTES;
        if ((st = buf_reserve(out, GUIDE_PIECE_BYTES))) break;
        z.next_out = (unsigned char *)out->ptr + out->len;
        z.avail_out = GUIDE_PIECE_BYTES;
        code = inflate(&z, Z_NO_FLUSH);
        out->len += GUIDE_PIECE_BYTES - z.avail_out;
    }
    inflateEnd(&z);
    if (out->len > max_bytes) return fault_set(fault, FAULT_LIMIT, "larger than %zu bytes (--fetch-max-bytes)", max_bytes);
    if (st || code == Z_MEM_ERROR) return fault_memory(fault);
    return code == Z_STREAM_END || fault_set(fault, FAULT_ENCODING, "broken gzip");
}

bool guide_read(guide_job *job, dh_view body, fetch_fault *fault) {
    dh_buf plain;
    job->entries = job->broken = 0;
    job->cut = false;
    if (!view_starts(body, DH_VIEW("\x1f\x8b"))) return read_plain(job, body, fault);
    dh_buf_init(&plain, 0);
    bool ok = inflate_all(body, job->max_bytes, &plain, fault) && read_plain(job, dh_buf_view(&plain), fault);
    dh_buf_clear(&plain);
    return ok;
}
