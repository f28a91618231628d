/* Writes what the training of the line judge needs: for each line of texts its text and its features.
 *
 * usage: dump TEXTS FEATURES FILE...     files may be gzipped
 * TEXTS receives one JSON object a row (id, block, kind, text), FEATURES the rows as 32-bit floats. */
#include "judge/lines.h"

#include <stdio.h>
#include <zlib.h>

static void put_string(FILE *out, dh_view v) {
    fputc('"', out);
    for (size_t i = 0; i < v.len; i++) {
        unsigned char c = (unsigned char)v.ptr[i];
        if (c == '"' || c == '\\') fprintf(out, "\\%c", c);
        else if (c < 0x20) fprintf(out, "\\u%04x", c);
        else fputc(c, out);
    }
    fputc('"', out);
}

static void put_row(FILE *out, dh_view id, size_t block, const pg_block *b) {
    fputs("{\"id\":", out);
    put_string(out, id);
    fprintf(out, ",\"block\":%zu,\"kind\":%d,\"text\":", block, b->kind);
    put_string(out, (dh_view){b->text.ptr, utf8_valid_prefix(b->text)});
    fputs("}\n", out);
}

static bool read_file(const char *name, dh_buf *out) {
    char piece[65536];
    int n = -1;
    gzFile f = gzopen(name, "rb");
    while (f && (n = gzread(f, piece, sizeof piece)) > 0) dh_buf_append(out, piece, (size_t)n);
    if (f) gzclose(f);
    return n == 0;
}

/* The file's name without folder and endings. */
static dh_view ident(const char *name) {
    const char *base = strrchr(name, '/');
    dh_view v = {base ? base + 1 : name, strlen(base ? base + 1 : name)};
    static const dh_view endings[] = {DH_LIT(".gz"), DH_LIT(".html"), DH_LIT(".txt")};
    for (size_t i = 0; i < DH_COUNT(endings); i++) {
        size_t n = endings[i].len;
        if (v.len > n && view_is((dh_view){v.ptr + v.len - n, n}, endings[i])) v.len -= n;
    }
    return v;
}

static dh_status dump_text(dh_arena *arena, dh_view text, dh_view id, FILE *texts, FILE *features) {
    pg_page p;
    jd_lines lines;
    dh_status st = pg_from_text(arena, text, false, &p, NULL);
    if (!st) st = jd_lines_read(arena, &p, &lines, NULL);
    for (size_t i = 0; !st && i < lines.count; i++) put_row(texts, id, lines.lines[i].block, &p.blocks[lines.lines[i].block]);
    if (!st) fwrite(lines.rows, sizeof *lines.rows * JD_L_COUNT, lines.count, features);
    return st;
}

int main(int argc, char **argv) {
    FILE *texts = argc > 3 ? fopen(argv[1], "wb") : NULL, *features = argc > 3 ? fopen(argv[2], "wb") : NULL;
    if (!texts || !features) {
        fputs("usage: dump TEXTS FEATURES FILE...\n", stderr);
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        dh_arena arena;
        dh_buf page;
        arena_init(&arena, 0);
        dh_buf_init(&page, 0);
        dh_view id = ident(argv[i]);
        bool ok = read_file(argv[i], &page);
        dh_view v = dh_buf_view(&page);
        if (!ok || dump_text(&arena, v, id, texts, features)) fprintf(stderr, "dump: %s: failed\n", argv[i]);
        arena_clear(&arena);
        dh_buf_clear(&page);
    }
    return fclose(texts) || fclose(features);
}
