/* dehusk-fetch: fetches one address and writes it to stdout as a WARC record, which dehusk reads from a pipe. Pages are
 * never parsed here. */
#include "base/option_rows.h"
#include "base/printable.h"
#include "transfer.h"
#include "warc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static void say(const char *source, const char *what) {
    dh_buf line;
    dh_buf_init(&line, 0);
    if (!printable_message(&line, "dehusk-fetch", source, what)) warc_write(STDERR_FILENO, dh_buf_view(&line));
    dh_buf_clear(&line);
}

/* A pipe that its reader has closed is a quiet end. */
static int output_result(dh_status st) {
    if (st == DH_OK || (st == DH_ERR_IO && errno == EPIPE)) return EXIT_DONE;
    say("stdout", st == DH_ERR_IO ? strerror(errno) : "out of memory");
    return EXIT_FAILED;
}

static int print_text(const fetch_values *s) {
    dh_buf text;
    dh_buf_init(&text, 0);
    dh_status st = s->help ? opt_help(&fetch_options, &text) : buf_printf(&text, "dehusk-fetch %s\n", DH_VERSION);
    if (!st) st = warc_write(STDOUT_FILENO, dh_buf_view(&text));
    dh_buf_clear(&text);
    return output_result(st);
}

static int fetch(const fetch_values *s, const char *address) {
    fetch_fault fault = {FAULT_NONE, ""};
    transfer *t = transfer_new(&s->fetch);
    bool ok = t ? transfer_run(t, (dh_view){address, strlen(address)}, &fault) : fault_memory(&fault);
    int result = EXIT_FAILED;
    if (ok) {
        transfer_result page = transfer_get(t);
        result = output_result(warc_write_response(STDOUT_FILENO, &page));
    } else {
        say(address, fault.text);
    }
    transfer_free(t);
    return result;
}

/* A standard descriptor that is closed would be given to a socket. stdout gets a place that cannot be written, so that
 * the record is not lost in silence. */
static void fill_descriptors(void) {
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) < 0)
            _exit(EXIT_FAILED);
}

static bool has_control(const char *s) {
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f) return true;
    return false;
}

static int usage(const char *what) {
    say(NULL, what);
    return EXIT_USAGE;
}

static int run(int argc, char **argv) {
    fetch_values s = fetch_defaults;
    dh_error err = {0};
    size_t operands = 0;
    if (opt_parse(&fetch_options, argc, argv, &s, &operands, &err)) return usage(err.msg);
    if (s.help || s.version) return print_text(&s);
    if (!operands) return usage("no address given (--help shows how)");
    if (operands > 1) return usage("more than one address given");
    if (has_control(s.fetch.user_agent)) return usage("--user-agent: control characters in it");
    if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
        say(argv[0], "libcurl cannot start");
        return EXIT_FAILED;
    }
    int result = fetch(&s, argv[0]);
    curl_global_cleanup();
    return result;
}

int main(int argc, char **argv) {
    fill_descriptors();
    signal(SIGPIPE, SIG_IGN);
    int result = argc > 0 ? run(argc - 1, argv + 1) : EXIT_USAGE;
    /* Some file systems tell of a full disk only now. */
    if (close(STDOUT_FILENO) && result == EXIT_DONE) result = output_result(DH_ERR_IO);
    return result;
}
