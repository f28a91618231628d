/* The program dehusk: read the command line, run one command, close stdout, return. What the commands do is theirs. */
#include "crawl.h"
#include "doctor.h"
#include "features.h"
#include "fetcher.h"
#include "model.h"
#include "output.h"
#include "profile.h"
#include "rules.h"
#include "say.h"
#include "sites.h"
#include "stop.h"
#include "stream.h"

#include <fcntl.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_EMPTY = 3, EXIT_SIGNAL = 128 };

/* A standard descriptor that is closed would be given to the next file. Each gets a place that cannot be used the way
 * it is meant to be, so that reading and writing fail instead of going nowhere. */
static void fill_descriptors(void) {
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY) < 0)
            _exit(EXIT_FAILED);
}

static int print_text(const dehusk_values *v) {
    dh_buf text;
    dh_buf_init(&text, 0);
    dh_status st = v->help ? opt_help(&dehusk_options, (opt_help_kind)v->help, &text) : buf_printf(&text, "dehusk %s\n", dh_version());
    return output_text(st, &text) ? EXIT_DONE : EXIT_FAILED;
}

/* The context, with the files that it is made of. *blame: the one that is to blame. */
static dh_status set_up(settings *s, sites *known, dh_context **ctx, const char **blame, dh_error *err) {
    dh_status st = dh_context_new(ctx, err);
    if (st) return st;
    *blame = s->values.model;
    if (s->values.model && (st = model_load(*ctx, s->values.model, err))) return st;
    if ((st = rules_load(*ctx, &s->values, s->values.quiet, blame, err))) return st;
    *blame = s->values.profile;
    return sites_open(known, s->to_folder ? NULL : s->values.profile, &s->page, err);
}

static int clean(settings *s) {
    dh_context *ctx = NULL;
    dh_error err = {0};
    const char *blame = NULL;
    sites known = {NULL};
    run_result got = {1, 0};
    int signal = 0;
    dh_status st = set_up(s, &known, &ctx, &blame, &err);
    if (st) say(blame, err.msg);
    else got = s->values.stream ? stream_run(s, ctx) : s->to_folder ? crawl_run(s, ctx, &signal) : filter_run(s, ctx);
    sites_close(&known);
    dh_context_free(ctx);
    if (st == DH_ERR_USAGE) return EXIT_USAGE;
    if (signal) return EXIT_SIGNAL + signal;
    if (got.failures) return EXIT_FAILED;
    return s->values.fail_empty && !got.words ? EXIT_EMPTY : EXIT_DONE;
}

/* Commands by a word of their own; it is one only in the first place, so that "./features" still names a file. */
static const struct {
    dh_view word;
    int (*run)(int argc, char **argv);
} commands[] = {{DH_LIT("doctor"), doctor_main},
                {DH_LIT("features"), features_main},
                {DH_LIT("fetch"), fetcher_main},
                {DH_LIT("profile"), profile_main},
                {DH_LIT("rules"), rules_main}};

static int run(int argc, char **argv) {
    for (size_t i = 0; i < DH_COUNT(commands); i++)
        if (argc && view_is((dh_view){argv[0], strlen(argv[0])}, commands[i].word))
            return commands[i].run(argc - 1, argv + 1);
    settings s;
    dh_error err = {0};
    const char *blame;
    int result;
    dh_status st = settings_read(&s, argc, argv, &blame, &err);
    if (st) {
        say(blame, err.msg);
        result = st == DH_ERR_USAGE ? EXIT_USAGE : EXIT_FAILED;
    } else {
        result = s.values.help || s.values.version ? print_text(&s.values) : clean(&s);
    }
    settings_clear(&s);
    return result;
}

int main(int argc, char **argv) {
    dh_error err = {0};
    fill_descriptors();
    signal(SIGPIPE, SIG_IGN);
    stop_install();
    int result = argc > 0 ? run(argc - 1, argv + 1) : EXIT_USAGE;
    if (output_close_stdout(&err) && result == EXIT_DONE) {
        say("stdout", err.msg);
        result = EXIT_FAILED;
    }
    return result;
}
