/* The program dehusk: stdin to stdout. */
#include "batch/join.h"
#include "batch/source.h"
#include <stdio.h>
#include <fcntl.h>
static dh_status write_out(void *user, dh_view bytes, dh_error *err) { (void)user; return source_write_all(1, bytes, NULL, err); }
static void fail(void *user, const dh_error *err) { fprintf(stderr, "dehusk: %s: %s\n", (const char *)user, err->msg); }
int main(int argc, char **argv) {
    dh_context *ctx; join j; join_result r; dh_error err; dh_options opt = dh_options_default();
    source s = {0, NULL};
    const char *name = "-";
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--url")) i++;
        else if (!strcmp(argv[i], "--title")) opt.title = DH_TITLE_YES;
        else if (argv[i][0] != '-') { name = argv[i]; s.fd = open(name, O_RDONLY); }
    }
    if (dh_context_new(&ctx, NULL)) return 1;
    join_init(&j, ctx, 0); j.write = write_out; j.fail = fail; j.fail_user = (void *)(uintptr_t)name;
    dh_status st = join_source(&j, &opt, source_read, &s, &r, &err);
    join_clear(&j); dh_context_free(ctx);
    return st || r.failures;
}
