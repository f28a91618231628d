/* Units of folder runs: output names, and the work list over small trees that each test makes. Whole runs are run.py's.
 */
#include "base/pattern.h"
#include "batch/list.h"
#include "batch/naming.h"
#include "batch/newfile.h"
#include "batch/note.h"
#include "batch/json_line.h"
#include "batch/sandbox.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- naming ----------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *stem;
} stems[] = {
    {"a.html", "a"},
    {"a.htm", "a"},
    {"a.HTML", "a"},
    {"a.xhtml", "a"},
    {"a.shtml", "a"},
    {"a.txt", "a"},
    {"a.text", "a"},
    {"a.html.gz", "a"},
    {"a.txt.zst", "a"},
    {"a.gz", "a"},
    {"a.br", "a"},
    {"a.html.br", "a"},
    {"a.xz", "a"},
    {"a.bz2", "a"},
    {"a", "a"},
    {"a.php", "a.php"},
    {"a.warc.gz", "a.warc"},
    {"a.b.html", "a.b"},
    {".html", ".html"},
    {"html", "html"},
    {"a.html.html", "a.html"},
    {"a.gz.gz", "a.gz"},
    {".gz", ".gz"},
    {"a.html.gz.br", "a.html.gz"},
    {"", ""},
    {".html.gz", ".html"},
    {"a.", "a."},
    {"index.html?p=1", "index.html?p=1"},
};

START_TEST(stem_of_a_name) {
    dh_view stem = naming_stem(view_of(stems[_i].name));
    ck_assert_msg(view_is(stem, view_of(stems[_i].stem)), "%s gives %.*s", stems[_i].name, (int)stem.len, stem.ptr);
}
END_TEST

/* Names of one folder ("/" behind folders) and the outputs that they get; "-": none. */
static const struct {
    const char *names[6], *outputs[6];
} rows[] = {
    {{"a.html", "b.html"}, {"a.txt", "b.txt"}},
    {{"a.html", "a.htm"}, {"a.html.txt", "a.htm.txt"}},
    {{"a.html", "a.htm", "b.htm"}, {"a.html.txt", "a.htm.txt", "b.txt"}},
    {{"a.html", "a"}, {"a.html.txt", "a.txt"}},
    {{"a.html", "a.html.gz", "a.txt"}, {"a.html.txt", "a.html.gz.txt", "a.txt.txt"}},
    {{"a.html", "a.txt/"}, {"a.html.txt", ""}},
    {{"a", "a.txt/"}, {"-", ""}},
    {{"a", "a/"}, {"a.txt", ""}},
    {{"a.html", "a/"}, {"a.txt", ""}},
    {{"a.html", "a.html"}, {"a.html.txt", "-"}},
    {{"a", "a", "a.txt"}, {"a.txt", "-", "a.txt.txt"}},
    {{"a/", "a/"}, {"", "-"}},
    {{"A.html", "a.html"}, {"A.txt", "a.txt"}},
    {{"a.htm", "a.html", "a.htm.txt"}, {"a.htm.txt", "a.html.txt", "a.htm.txt.txt"}},
    {{"\xff.html", "\n.html"}, {"\xff.txt", "\n.txt"}},
    {{".html", "a"}, {".html.txt", "a.txt"}},
};

static void output_of(const naming_entry *e, char *out, size_t size) {
    dh_view name = e->naming == LIST_SHORT ? naming_stem(e->name) : e->name;
    if (e->naming == LIST_TAKEN)
        snprintf(out, size, "-");
    else if (e->is_dir)
        out[0] = 0;
    else
        snprintf(out, size, "%.*s.txt", (int)name.len, name.ptr);
}

START_TEST(outputs_of_a_folder) {
    naming_entry entries[6] = {0};
    size_t n = 0;
    char got[64];
    for (; n < 6 && rows[_i].names[n]; n++) {
        dh_view name = view_of(rows[_i].names[n]);
        bool is_dir = name.ptr[name.len - 1] == '/';
        entries[n] = (naming_entry){{name.ptr, name.len - is_dir}, is_dir, LIST_SHORT};
    }
    ck_assert_int_eq(naming_choose(entries, n, DH_VIEW(".txt")), DH_OK);
    for (size_t i = 0; i < n; i++) {
        output_of(&entries[i], got, sizeof got);
        ck_assert_str_eq(got, rows[_i].outputs[i]);
    }
}
END_TEST

/* Any set of names: no two outputs are the same, and none is the name of a folder. The names come from a small
 * alphabet, so that most of them meet. */
START_TEST(outputs_never_meet) {
    static const char *const parts[] = {"a", "a.txt", "a.html", "a.gz", ".txt", ".gz"};
    unsigned state = (unsigned)_i * 2654435761U + 1;
    naming_entry entries[8];
    char names[8][64], got[8][80];
    size_t n = 0;
    for (size_t i = 0; i < 8; i++) {
        snprintf(names[n], sizeof names[n], "%s", parts[(state = state * 1664525U + 1013904223U) >> 29 & 3]);
        for (unsigned k = (state = state * 1664525U + 1013904223U) >> 30; k; k--)
            strcat(names[n], parts[((state = state * 1664525U + 1013904223U) >> 28) % 6]);
        bool met = false; /* a folder has each name once */
        for (size_t j = 0; j < n; j++) met |= !strcmp(names[j], names[n]);
        if (met) continue;
        entries[n] = (naming_entry){view_of(names[n]), (state >> 20) % 4 == 0, LIST_SHORT};
        n++;
    }
    ck_assert_int_eq(naming_choose(entries, n, DH_VIEW(".txt")), DH_OK);
    for (size_t i = 0; i < n; i++) {
        output_of(&entries[i], got[i], sizeof got[i]);
        if (entries[i].is_dir) snprintf(got[i], sizeof got[i], "%.63s", names[i]);
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(!strcmp(got[i], "-") || strcmp(got[i], got[j]), "%s and %s give %s", names[i], names[j],
                          got[i]);
    }
}
END_TEST

/* ---- list ------------------------------------------------------------------------------------------------------- */

static char top[] = "/tmp/batch-test-XXXXXX";
static char said[4096]; /* what fail() heard, a line each */

static void heard(void *user, const char *path, const char *why) {
    (void)user;
    size_t at = strlen(said);
    snprintf(said + at, sizeof said - at, "%s: %s\n", path, why);
}

static void make_top(void) {
    said[0] = 0;
    memcpy(top + sizeof top - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(top));
    ck_assert_int_eq(chdir(top), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static void remove_top(void) { ck_assert_int_eq(nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0); }

/* Makes a file, or a folder if the path ends in a slash, with what is above it. */
static void make(const char *path) {
    dh_error err;
    ck_assert_int_eq(newfile_parents(path, &err), DH_OK);
    if (path[strlen(path) - 1] == '/') return;
    int fd = open(path, O_CREAT | O_WRONLY, 0644);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

/* What is added to a list: inputs, or the text of a list of files. */
typedef struct {
    const char *const *inputs;
    size_t count;
    const dh_view *text;
    bool nul;
    list_filter filter;
} added;

/* The list as lines "source -> target", or the name of the error. */
static const char *list_of(const char *out, added a) {
    static char text[4096];
    list l;
    dh_error err;
    dh_buf path;
    size_t at = 0;
    text[0] = 0;
    dh_buf_init(&path, 0);
    dh_status st = list_init(&l, out, a.filter, heard, NULL, &err);
    if (!st && a.text) st = list_add_listed(&l, *a.text, a.nul, &err);
    if (!st && !a.text) st = list_add(&l, (char *const *)(uintptr_t)a.inputs, a.count, &err);
    if (st) snprintf(text, sizeof text, "%s: %s\n", dh_status_name(st), err.msg);
    for (size_t i = 0; !st && i < l.count; i++) {
        ck_assert_int_eq(list_source(&l, i, &path), DH_OK);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s -> ", path.ptr);
        ck_assert_int_eq(list_target(&l, i, &path), DH_OK);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s\n", path.ptr);
    }
    if (l.left_out) at += (size_t)snprintf(text + at, sizeof text - at, "left out %zu\n", l.left_out);
    if (l.unwanted) snprintf(text + at, sizeof text - at, "unwanted %zu\n", l.unwanted);
    dh_buf_clear(&path);
    list_clear(&l);
    return text;
}

static const char *listed(const char *out, const char *const *inputs, size_t count) {
    return list_of(out, (added){.inputs = inputs, .count = count});
}

/* What lies in the folder, the inputs, and the list of it ("out/" is always there). */
static const struct {
    const char *files[8], *inputs[4], *expected, *said;
} trees[] = {
    {{"in/b.html", "in/a.html", "in/sub/c.htm", "in/aa/d"},
     {"in"},
     "in/a.html -> out/a.txt\nin/b.html -> out/b.txt\nin/aa/d -> out/aa/d.txt\nin/sub/c.htm -> out/sub/c.txt\n",
     ""},
    {{"in/a.html"}, {"in/"}, "in/a.html -> out/a.txt\n", ""},
    {{"in/a.html"}, {"in///"}, "in/a.html -> out/a.txt\n", ""},
    {{"in/a.html"}, {"./in/../in"}, "./in/../in/a.html -> out/a.txt\n", ""},
    {{"in/"}, {"in"}, "", ""},
    {{"in/1/2/3/4/5/a"}, {"in"}, "in/1/2/3/4/5/a -> out/1/2/3/4/5/a.txt\n", ""},
    {{"a.html", "x/b.html"}, {"a.html", "x"}, "a.html -> out/a.txt\nx/b.html -> out/x/b.txt\n", ""},
    {{"a.html"}, {"a.html"}, "a.html -> out/a.txt\n", ""},
    {{"x/a.html", "y/a.htm"}, {"x/a.html", "y/a.htm"}, "x/a.html -> out/a.html.txt\ny/a.htm -> out/a.htm.txt\n", ""},
    {{"x/a.html", "y/a.html"},
     {"x/a.html", "y/a.html"},
     "x/a.html -> out/a.html.txt\n",
     "y/a.html: another input's output has its name\n"},
    {{"x/s/a", "y/s/b"}, {"x/s", "y/s"}, "x/s/a -> out/s/a.txt\n", "y/s: another input's output has its name\n"},
    {{"x/a", "y/b"},
     {"x", "y", "x/"},
     "x/a -> out/x/a.txt\ny/b -> out/y/b.txt\n",
     "x: another input's output has its name\n"},
    {{"a"}, {"a", "none"}, "a -> out/a.txt\n", "none: No such file or directory\n"},
    {{"a"}, {"a/"}, "", "a/: Not a directory\n"},
    {{"a"}, {"", "a"}, "a -> out/a.txt\n", ": No such file or directory\n"},
    {{"in/a"}, {"/dev/null", "in/a"}, "in/a -> out/a.txt\n", "/dev/null: is neither a file nor a folder\n"},
    {{"out/a"}, {"out"}, "usage: is the output folder and an input\n", ""},
    {{"out/a"}, {"a", "./out/"}, "usage: is the output folder and an input\n", "a: No such file or directory\n"},
    {{"out/a"}, {"."}, "", ""},
    {{"b", "out/a", "outer/c"}, {"."}, "./b -> out/b.txt\n./outer/c -> out/outer/c.txt\n", ""},
    {{"out/sub/a.html"}, {"out/sub"}, "out/sub/a.html -> out/a.txt\n", ""},
    {{"in/.hidden", "in/..a"}, {"in"}, "in/..a -> out/..a.txt\nin/.hidden -> out/.hidden.txt\n", ""},
    {{"in/a\nb.html", "in/\xff\xfe.html"},
     {"in"},
     "in/a\nb.html -> out/a\nb.txt\nin/\xff\xfe.html -> out/\xff\xfe.txt\n",
     ""},
    {{"in/a", "in/a.txt/b"}, {"in"}, "in/a.txt/b -> out/a.txt/b.txt\n", "in/a: another input's output has its name\n"},
};

START_TEST(list_of_a_tree) {
    size_t inputs = 0;
    make_top();
    make("out/");
    for (size_t i = 0; i < 8 && trees[_i].files[i]; i++) make(trees[_i].files[i]);
    while (inputs < 4 && trees[_i].inputs[inputs]) inputs++;
    ck_assert_str_eq(listed("out", trees[_i].inputs, inputs), trees[_i].expected);
    ck_assert_str_eq(said, trees[_i].said);
    remove_top();
}
END_TEST

/* Files, the text of a list, and what comes of it. */
static const struct {
    const char *files[6];
    dh_view text;
    bool nul;
    const char *expected, *said;
} file_lists[] = {
    {{"x/b.html", "x/a.html", "c"}, DH_LIT("x/b.html\nc\nx/a.html\n"), false, "c -> out/c.txt\nx/a.html -> out/x/a.txt\nx/b.html -> out/x/b.txt\n", ""},
    {{"x/a.html", "y/a.html"}, DH_LIT("y/a.html\nx/a.html"), false, "x/a.html -> out/x/a.txt\ny/a.html -> out/y/a.txt\n", ""},
    {{"x/a.html", "x/a.htm"}, DH_LIT("x/a.html\nx/a.htm"), false, "x/a.htm -> out/x/a.htm.txt\nx/a.html -> out/x/a.html.txt\n", ""},
    {{"x/a"}, DH_LIT("./x//a\nx/./a\nx/a\n"), false, "./x//a -> out/x/a.txt\n", ""},
    {{"a\nb", "c"}, DH_LIT("a\nb\0c\0"), true, "a\nb -> out/a\nb.txt\nc -> out/c.txt\n", ""},
    {{"x/a"}, DH_LIT("x\n\nx/../x/a\nx/a\nnone\n"), false, "x/a -> out/x/a.txt\n",
     "x: is a folder: a list names files\nx/../x/a: leads out of its folder (..)\nnone: No such file or directory\n"},
    {{"a"}, DH_LIT("/dev/null\na\0b\n"), false, "", "/dev/null: is no file\na: has a NUL in its name\n"},
    {{"a"}, DH_LIT(""), false, "", ""},
    {{"a/b/c", "a/b.d/e", "a/f"}, DH_LIT("a/b.d/e\na/f\na/b/c"), false, "a/f -> out/a/f.txt\na/b.d/e -> out/a/b.d/e.txt\na/b/c -> out/a/b/c.txt\n", ""},
};

START_TEST(list_of_files) {
    make_top();
    make("out/");
    for (size_t i = 0; i < 6 && file_lists[_i].files[i]; i++) make(file_lists[_i].files[i]);
    ck_assert_str_eq(list_of("out", (added){.text = &file_lists[_i].text, .nul = file_lists[_i].nul}), file_lists[_i].expected);
    ck_assert_str_eq(said, file_lists[_i].said);
    remove_top();
}
END_TEST

/* Of these files below "in" and in a list. */
static const char *const filtered_files[] = {"in/a.html", "in/b.css", "in/img/c.html", "in/img/d,e.txt", "in/sub/img/f.html"};
static const struct {
    list_filter filter;
    const char *below, *in_list;
} filters[] = {
    {{"*.html", NULL}, "in/a.html -> out/a.txt\nin/img/c.html -> out/img/c.txt\nin/sub/img/f.html -> out/sub/img/f.txt\nunwanted 2\n",
     "in/a.html -> out/in/a.txt\nin/img/c.html -> out/in/img/c.txt\nin/sub/img/f.html -> out/in/sub/img/f.txt\nunwanted 2\n"},
    {{NULL, "img,*.css"}, "in/a.html -> out/a.txt\nunwanted 3\n",
     "in/a.html -> out/in/a.txt\nin/img/c.html -> out/in/img/c.txt\nin/img/d,e.txt -> out/in/img/d,e.txt\nin/sub/img/f.html -> out/in/sub/img/f.txt\nunwanted 1\n"},
    {{"d\\,e.*,a.*", NULL}, "in/a.html -> out/a.txt\nin/img/d,e.txt -> out/img/d,e.txt\nunwanted 3\n", NULL},
    {{"sub/*", NULL}, "in/sub/img/f.html -> out/sub/img/f.txt\nunwanted 4\n", "unwanted 5\n"},
    {{"*.html", "*/f.html"}, "in/a.html -> out/a.txt\nin/img/c.html -> out/img/c.txt\nunwanted 3\n", NULL},
};

START_TEST(files_that_are_meant) {
    const char *const inputs[] = {"in"};
    char text[256] = "";
    make_top();
    make("out/");
    for (size_t i = 0; i < DH_COUNT(filtered_files); i++) {
        make(filtered_files[i]);
        strcat(strcat(text, filtered_files[i]), "\n");
    }
    dh_view lines = view_of(text);
    ck_assert_str_eq(list_of("out", (added){.inputs = inputs, .count = 1, .filter = filters[_i].filter}), filters[_i].below);
    if (filters[_i].in_list)
        ck_assert_str_eq(list_of("out", (added){.text = &lines, .filter = filters[_i].filter}), filters[_i].in_list);
    remove_top();
}
END_TEST

START_TEST(globs_are_checked) {
    static const char *const good[] = {"*", "a,b", "a\\,", "a\\,,b"}, *const bad[] = {"", ",", "a,", "a,,b", ",a"};
    for (size_t i = 0; i < DH_COUNT(good); i++) ck_assert_msg(pattern_is_valid(good[i]), "%s", good[i]);
    for (size_t i = 0; i < DH_COUNT(bad); i++) ck_assert_msg(!pattern_is_valid(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(dot_has_the_folders_own_name) {
    const char *const inputs[] = {".", "../other"};
    make_top();
    make("here/a");
    make("other/b");
    make("out/");
    ck_assert_int_eq(chdir("here"), 0);
    ck_assert_str_eq(listed("../out", inputs, 2), "./a -> ../out/here/a.txt\n../other/b -> ../out/other/b.txt\n");
    remove_top();
}
END_TEST

START_TEST(links_are_followed_only_if_named) {
    const char *const all[] = {"in"}, *const named[] = {"in/file", "in/folder"};
    make_top();
    make("out/");
    make("real/a");
    make("in/b");
    ck_assert_int_eq(symlink("../real", "in/folder"), 0);
    ck_assert_int_eq(symlink("../real/a", "in/file"), 0);
    ck_assert_int_eq(symlink("../in", "in/circle"), 0);
    ck_assert_int_eq(symlink("nowhere", "in/torn"), 0);
    ck_assert_int_eq(mkfifo("in/pipe", 0666), 0);
    ck_assert_str_eq(listed("out", all, 1), "in/b -> out/b.txt\nleft out 5\n");
    ck_assert_str_eq(listed("out", named, 2), "in/file -> out/file.txt\nin/folder/a -> out/folder/a.txt\n");
    ck_assert_str_eq(said, "");
    remove_top();
}
END_TEST

START_TEST(output_is_known_by_any_name) {
    const char *const inputs[] = {"in"};
    make_top();
    make("in/a");
    make("in/sub/out/b");
    ck_assert_int_eq(symlink("in/sub/out", "link"), 0);
    ck_assert_str_eq(listed("link", inputs, 1), "in/a -> link/a.txt\n");
    remove_top();
}
END_TEST

/* ---- sandbox ---------------------------------------------------------------------------------------------------- */

static void try_nothing(void) {
    char *p = malloc((size_t)8 << 20); /* what workers do all the time */
    if (p) memset(p, 1, (size_t)8 << 20);
    free(p);
}
static void try_open(void) { open("/dev/null", O_RDONLY); }
static void try_stat(void) { access("/", F_OK); }
static void try_unlink(void) { unlink("none"); }
static void try_socket(void) { socket(AF_UNIX, SOCK_STREAM, 0); }
static void try_exec(void) { execl("/bin/true", "true", (char *)NULL); }
static void try_ptrace(void) { ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static void try_fork(void) { fork(); }
static void try_kill(void) { kill(getppid(), 0); }
static void try_code(void) { mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
static void try_limits(void) { prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }

static const struct {
    const char *name;
    void (*act)(void);
    bool allowed;
} tries[] = {{"memory", try_nothing, true}, {"open", try_open, false},     {"access", try_stat, false},
             {"unlink", try_unlink, false}, {"socket", try_socket, false}, {"exec", try_exec, false},
             {"ptrace", try_ptrace, false}, {"fork", try_fork, false},     {"kill", try_kill, false},
             {"code", try_code, false},     {"prctl", try_limits, false},  {"abort", abort, false}};

/* How a child ends that shuts itself in and then does one thing. */
static int end_in_sandbox(void (*act)(void)) {
    int status = 0;
    dh_error err;
    pid_t pid = fork();
    if (!pid) {
        if (sandbox_enter(&err)) _exit(99);
        act();
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

START_TEST(sandbox_stops) {
    if (!sandbox_is_built_in()) return;
    int status = end_in_sandbox(tries[_i].act);
    if (tries[_i].allowed) ck_assert_msg(WIFEXITED(status) && !WEXITSTATUS(status), "%s: status %d", tries[_i].name, status);
    else if (tries[_i].act == abort) ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "abort: status %d", status);
    else ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status %d", tries[_i].name, status);
}
END_TEST

/* ---- json_line -------------------------------------------------------------------------------------------------- */

/* Every byte alone, and pairs of those that matter, come back as they were. */
START_TEST(json_strings_come_back) {
    dh_buf line, back;
    dh_buf_init(&line, 0);
    dh_buf_init(&back, 0);
    for (unsigned i = 0; i < 65536; i++) {
        const char bytes[] = {(char)(i >> 8), (char)i, 'x'};
        line.len = 0;
        if (json_put_string(&line, (dh_view){bytes, 3})) ck_abort_msg("out of memory");
        bool plain = true;
        for (size_t k = 0; k < line.len; k++) plain &= (unsigned char)line.ptr[k] >= 0x20;
        bool same = json_get_string(dh_buf_view(&line), &back) && view_is(dh_buf_view(&back), (dh_view){bytes, 3});
        if (!plain || !same) ck_abort_msg("%04x", i);
    }
    dh_buf_clear(&line);
    dh_buf_clear(&back);
}
END_TEST

static const struct {
    const char *value, *means; /* NULL: broken */
} json_values[] = {{"\"a\"", "a"},           {"\"\\u00e9\"", "\xc3\xa9"}, {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
                   {"\"\\udcff\"", "\xff"}, {"\"\\/\\b\"", "/\b"},     {"\"\\x\"", NULL},
                   {"\"\\u12\"", NULL},     {"12", NULL},              {"\"", NULL}};

START_TEST(json_values_mean) {
    dh_buf back;
    dh_buf_init(&back, 0);
    bool ok = json_get_string(view_of(json_values[_i].value), &back);
    ck_assert_msg(ok == (json_values[_i].means != NULL), "%s", json_values[_i].value);
    if (ok) ck_assert_msg(view_is(dh_buf_view(&back), view_of(json_values[_i].means)), "%s", json_values[_i].value);
    dh_buf_clear(&back);
}
END_TEST

START_TEST(json_numbers) {
    uint64_t n;
    ck_assert(json_get_number(DH_VIEW("18446744073709551615"), &n) && n == UINT64_MAX);
    ck_assert(!json_get_number(DH_VIEW("18446744073709551616"), &n) && !json_get_number(DH_VIEW("-1"), &n));
    ck_assert(!json_get_number(DH_VIEW(""), &n) && json_get_number(DH_VIEW("0"), &n) && n == 0);
}
END_TEST

START_TEST(json_fields_in_turn) {
    json_line j;
    dh_view name, value;
    ck_assert(json_open(&j, DH_VIEW(" {\"a\" : \"x,}\", \"b\":12,\"c\":true} ")));
    ck_assert(json_next(&j, &name, &value) == JSON_FIELD && view_is(name, DH_VIEW("a")) && view_is(value, DH_VIEW("\"x,}\"")));
    ck_assert(json_next(&j, &name, &value) == JSON_FIELD && view_is(name, DH_VIEW("b")) && view_is(value, DH_VIEW("12")));
    ck_assert(json_next(&j, &name, &value) == JSON_FIELD && view_is(value, DH_VIEW("true")));
    ck_assert(json_next(&j, &name, &value) == JSON_END);
    ck_assert(json_open(&j, DH_VIEW("{\"a\":[1,{\"]\":\"}\"}],\"b\":2}")));
    ck_assert(json_next(&j, &name, &value) == JSON_FIELD && view_is(value, DH_VIEW("[1,{\"]\":\"}\"}]")));
    ck_assert(json_next(&j, &name, &value) == JSON_FIELD && view_is(name, DH_VIEW("b")));
    ck_assert(json_next(&j, &name, &value) == JSON_END);
    ck_assert(json_open(&j, DH_VIEW("{\"a\":[1}")) && json_next(&j, &name, &value) == JSON_FIELD && json_next(&j, &name, &value) == JSON_BROKEN);
    ck_assert(json_open(&j, DH_VIEW("{\"a\":[1")) && json_next(&j, &name, &value) == JSON_BROKEN);
    ck_assert(json_open(&j, DH_VIEW("{\"a\":]")) && json_next(&j, &name, &value) == JSON_BROKEN);
    ck_assert(json_open(&j, DH_VIEW("{}x")) && json_next(&j, &name, &value) == JSON_BROKEN);
    ck_assert(!json_open(&j, DH_VIEW("[]")) && !json_open(&j, DH_VIEW("")));
}
END_TEST

/* ---- newfile ---------------------------------------------------------------------------------------------------- */

START_TEST(what_a_dead_writer_left_goes) {
    newfile f;
    dh_error err;
    make_top();
    ck_assert_int_eq(symlink("real/page", "link"), 0);
    make("real/page");
    ck_assert_int_eq(newfile_open(&f, "link", 77, &err), DH_OK);
    ck_assert_int_eq(access(f.temp, F_OK), 0);
    newfile_forget("link", 78);
    ck_assert_int_eq(access(f.temp, F_OK), 0);
    newfile_forget("link", 77);
    ck_assert_int_ne(access(f.temp, F_OK), 0);
    ck_assert_int_eq(access("real/page", F_OK), 0);
    close(f.fd);
    remove_top();
}
END_TEST

START_TEST(folders_above_a_path) {
    dh_error err;
    struct stat st;
    make_top();
    ck_assert_int_eq(newfile_parents("file", &err), DH_OK);
    ck_assert_int_eq(newfile_parents("a/b//c/file", &err), DH_OK);
    ck_assert_int_eq(newfile_parents("a/b//c/file", &err), DH_OK);
    ck_assert_int_eq(stat("a/b/c", &st), 0);
    ck_assert_int_ne(stat("a/b/c/file", &st), 0);
    make("a/plain");
    ck_assert_int_eq(newfile_parents("a/plain/x/y", &err), DH_ERR_IO);
    ck_assert_str_eq(err.msg, "Not a directory");
    remove_top();
}
END_TEST

/* ---- notes ------------------------------------------------------------------------------------------------------ */

static bool read_note(dh_view line, page_note *n) {
    json_line j;
    dh_view name, value;
    bool known;
    *n = (page_note){0};
    if (!json_open(&j, line)) return false;
    while (json_next(&j, &name, &value) == JSON_FIELD)
        if (!note_take(n, name, value, &known)) return false;
    return true;
}

static const page_note notes[] = {
    {0},
    {.noted = 1},
    {.noted = 1, .text_bytes = 900, .kept_bytes = 100, .html = 1, .type = DH_TYPE_FORUM, .confidence = 42},
    {.noted = 1, .text_bytes = UINT64_MAX, .html = 1, .type = DH_TYPE_ARTICLE, .confidence = NOTE_SURE, .outcome = DH_OUTCOME_BLOCKED, .language = "zh-Hant"},
    {.noted = 1, .html = 1, .type = DH_TYPE_SERVICE, .outcome = DH_OUTCOME_NEEDS_JAVASCRIPT, .language = "abcdefghijklmno"},
};

START_TEST(notes_come_back) {
    dh_buf line;
    page_note got;
    dh_buf_init(&line, 0);
    ck_assert_int_eq(buf_append_view(&line, DH_VIEW("{\"ms\":1")), DH_OK);
    ck_assert_int_eq(note_put(&notes[_i], &line), DH_OK);
    ck_assert_int_eq(buf_append_char(&line, '}'), DH_OK);
    ck_assert(read_note(dh_buf_view(&line), &got));
    ck_assert_mem_eq(&got, &notes[_i], sizeof got);
    note_settle(&got);
    ck_assert_mem_eq(&got, &notes[_i], sizeof got);
    dh_buf_clear(&line);
}
END_TEST

static const char *const bad_notes[] = {
    "{\"text_bytes\":-1}", "{\"text_bytes\":\"1\"}", "{\"kept_bytes\":1.5}", "{\"type\":\"essay\"}", "{\"type\":1}",     "{\"type\":\"articl\"}",
    "{\"confidence\":1}",   "{\"confidence\":1.001}",  "{\"confidence\":0,500}", "{\"confidence\":0.5e1}", "{\"outcome\":\"blocke\"}", "{\"outcome\":null}",
    "{\"language\":3}",     "{\"language\":\"abcdefghijklmnop\"}",
};

START_TEST(notes_that_are_none) {
    page_note n;
    ck_assert_msg(!read_note(view_of(bad_notes[_i]), &n), "%s", bad_notes[_i]);
}
END_TEST

START_TEST(notes_are_made_safe) {
    page_note n = {.noted = 1, .text_bytes = 1, .kept_bytes = 2, .html = 1, .type = 99, .confidence = 5000, .outcome = -3};
    memset(n.language, 'x', sizeof n.language);
    note_settle(&n);
    ck_assert(n.kept_bytes == 1 && n.type == DH_TYPE_UNKNOWN && n.confidence == NOTE_SURE && n.outcome == DH_OUTCOME_OK);
    ck_assert_uint_eq(strlen(n.language), NOTE_LANGUAGE_BYTES - 1);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("batch");
    TCase *names = tcase_create("naming"), *lists = tcase_create("list"), *files = tcase_create("newfile"),
          *door = tcase_create("sandbox"), *json = tcase_create("json_line"),
          *noted = tcase_create("note");
    tcase_add_loop_test(names, stem_of_a_name, 0, (int)DH_COUNT(stems));
    tcase_add_loop_test(names, outputs_of_a_folder, 0, (int)DH_COUNT(rows));
    tcase_add_loop_test(names, outputs_never_meet, 0, 500);
    tcase_add_loop_test(lists, list_of_a_tree, 0, (int)DH_COUNT(trees));
    tcase_add_loop_test(lists, list_of_files, 0, (int)DH_COUNT(file_lists));
    tcase_add_loop_test(lists, files_that_are_meant, 0, (int)DH_COUNT(filters));
    tcase_add_test(lists, globs_are_checked);
    tcase_add_test(lists, dot_has_the_folders_own_name);
    tcase_add_test(lists, links_are_followed_only_if_named);
    tcase_add_test(lists, output_is_known_by_any_name);
    tcase_add_test(files, what_a_dead_writer_left_goes);
    tcase_add_test(files, folders_above_a_path);
    tcase_add_loop_test(door, sandbox_stops, 0, (int)DH_COUNT(tries));
    tcase_add_test(json, json_strings_come_back);
    tcase_add_loop_test(json, json_values_mean, 0, (int)DH_COUNT(json_values));
    tcase_add_test(json, json_numbers);
    tcase_add_test(json, json_fields_in_turn);
    tcase_add_loop_test(noted, notes_come_back, 0, (int)DH_COUNT(notes));
    tcase_add_loop_test(noted, notes_that_are_none, 0, (int)DH_COUNT(bad_notes));
    tcase_add_test(noted, notes_are_made_safe);
    suite_add_tcase(suite, noted);
    suite_add_tcase(suite, door);
    suite_add_tcase(suite, json);
    suite_add_tcase(suite, names);
    suite_add_tcase(suite, lists);
    suite_add_tcase(suite, files);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
