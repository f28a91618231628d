/* Writes the words of texts as the hashed model sees them (src/judge/hashed.h), for the training of its weights.
 *
 * usage: dump TOKENS FILE...
 * TOKENS receives for each file, and for each of its lines that is not blank: the line's number in the file, its bytes, the number of
 * its tokens and the tokens, all 32-bit numbers of this machine; a file ends with the number 0xffffffff. */
#include "judge/hashed.h"
#include "page/page.h"

#include <stdio.h>

#define END UINT32_MAX

static bool read_file(const char *name, dh_buf *out) {
    char piece[65536];
    size_t n;
    FILE *f = fopen(name, "rb");
    if (!f) return false;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0 && !dh_buf_append(out, piece, n)) {}
    bool ok = feof(f) && !ferror(f);
    fclose(f);
    return ok;
}

static void put(FILE *out, uint32_t x) { fwrite(&x, sizeof x, 1, out); }

static dh_status dump_text(dh_arena *arena, dh_view text, FILE *out) {
    pg_page page;
    dh_status st = pg_from_text(arena, text, false, &page, NULL);
    for (size_t i = 0; !st && i < page.block_count; i++) {
        jd_hits hits;
        jd_phrase_words words;
        uint32_t tokens[JD_HASHED_TOKENS];
        if (view_is_blank(page.blocks[i].text)) continue;
        jd_phrase_match_words(page.blocks[i].text, &hits, &words);
        size_t n = jd_hashed_tokens(words.word, words.count, tokens);
        put(out, (uint32_t)i);
        put(out, (uint32_t)page.blocks[i].text.len);
        put(out, (uint32_t)n);
        fwrite(tokens, sizeof *tokens, n, out);
    }
    put(out, END);
    return st;
}

int main(int argc, char **argv) {
    FILE *out = argc > 2 ? fopen(argv[1], "wb") : NULL;
    int failed = 0;
    if (!out) {
        fputs("usage: dump TOKENS FILE...\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        dh_arena arena;
        dh_buf text;
        arena_init(&arena, 0);
        dh_buf_init(&text, 0);
        if (!read_file(argv[i], &text) || dump_text(&arena, dh_buf_view(&text), out)) {
            fprintf(stderr, "dump: %s: failed\n", argv[i]);
            failed = 1;
        }
        arena_clear(&arena);
        dh_buf_clear(&text);
    }
    return fclose(out) || failed;
}
