/* Preloaded into a program (LD_PRELOAD): its allocation number FAULT_AT fails. That it did is told by a byte on descriptor
 * FAULT_FD. Not counted are those of the dynamic loader, of CLD2 and of the C++ library that comes with it: they end the process,
 * and the program can only ask for headroom before (facts/detect_language.cc). */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static unsigned long left;
static int tell_fd = -1;

/* Before main; what the loader and the C++ runtime allocate earlier is not counted. */
__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("FAULT_AT"), *fd = getenv("FAULT_FD");
    if (fd) tell_fd = (int)strtol(fd, NULL, 10);
    if (at) left = strtoul(at, NULL, 10);
}

static bool counts(const void *caller) {
    static const char *const exempt[] = {"/ld-linux", "/libcld2.", "/libstdc++."};
    Dl_info info;
    if (!dladdr(caller, &info) || !info.dli_fname) return true;
    for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++)
        if (strstr(info.dli_fname, exempt[i])) return false;
    return true;
}

static bool fails(const void *caller) {
    if (!left || !counts(caller) || --left) return false;
    if (tell_fd >= 0 && write(tell_fd, "!", 1) != 1) _exit(99);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n) { return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n); }
