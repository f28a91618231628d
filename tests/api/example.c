/* The library in ten lines: a page on stdin, its text on stdout. */
#include <dehusk.h>
#include <stdio.h>

int main(void) {
    static char bytes[1 << 20];
    dh_view html = {bytes, fread(bytes, 1, sizeof bytes, stdin)};
    dh_context *ctx = NULL;
    dh_page *page = NULL;
    dh_buf text;
    dh_error err;
    dh_buf_init(&text, 0);
    dh_status st = dh_context_new(&ctx, &err);
    if (!st) st = dh_page_new(ctx, html, NULL, &page, &err);
    if (!st) st = dh_page_render(page, DH_TO_TEXT, &text, &err);
    if (st)
        fprintf(stderr, "example: %s\n", err.msg);
    else
        fwrite(text.ptr, 1, text.len, stdout);
    dh_buf_clear(&text);
    dh_page_free(page);
    dh_context_free(ctx);
    return st != DH_OK;
}
