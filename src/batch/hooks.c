/* Pages that make a worker fail on demand. Only test builds have this; what becomes of such a worker is the crew's. */
#include "hooks.h"

#ifdef DH_TEST_HOOKS
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

/* MEMORY stops here where no limit stops it (sanitizers need the address space for themselves). */
#define HOOK_MEMORY_BYTES   ((size_t)2 << 30)
#define HOOK_STEP_BYTES     ((size_t)16 << 20)
#define HOOK_EXIT_STATUS    7
#define HOOK_LIMITED_STATUS 8

/* Past sanitizers, which would make an exit status of it. */
static void die_of(int sig) {
    signal(sig, SIG_DFL);
    raise(sig);
}

static void crash(void) { die_of(SIGSEGV); }
static void give_up(void) { die_of(SIGABRT); }
static void be_killed(void) { raise(SIGKILL); }
static void leave(void) { _exit(HOOK_EXIT_STATUS); }

static void stall(void) {
    for (volatile unsigned n = 0;; n++) {}
}

static void sleep_on(void) {
    for (;;) pause();
}

/* The exit status tells that there was an end to it. */
static void eat_memory(void) {
    for (size_t all = 0; all < HOOK_MEMORY_BYTES; all += HOOK_STEP_BYTES)
        if (mmap(NULL, HOOK_STEP_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) ==
            MAP_FAILED)
            _exit(HOOK_LIMITED_STATUS);
    die_of(SIGABRT);
}

static const struct {
    dh_view word;
    void (*act)(void);
} hooks[] = {{DH_LIT("CRASH"), crash},      {DH_LIT("ABORT"), give_up}, {DH_LIT("KILLED"), be_killed},
             {DH_LIT("EXIT"), leave},       {DH_LIT("STALL"), stall},   {DH_LIT("SLEEP"), sleep_on},
             {DH_LIT("MEMORY"), eat_memory}};

static dh_view cut_front(dh_view v, size_t n) { return (dh_view){v.ptr + n, v.len - n}; }

void hooks_obey(dh_view start, unsigned attempt) {
    dh_view mark = DH_LIT("DEHUSK-TEST-"), once = DH_LIT(" once"), body = DH_LIT("\r\n\r\nDEHUSK-TEST-");
    const char *behind = view_starts(start, DH_VIEW("WARC/")) ? memmem(start.ptr, start.len, body.ptr, body.len) : NULL;
    if (behind) start = cut_front(start, (size_t)(behind - start.ptr) + body.len - mark.len);
    if (!view_starts(start, mark)) return;
    start = cut_front(start, mark.len);
    for (size_t i = 0; i < DH_COUNT(hooks); i++) {
        if (!view_starts(start, hooks[i].word)) continue;
        if (!attempt || !view_starts(cut_front(start, hooks[i].word.len), once)) hooks[i].act();
    }
}
#endif
