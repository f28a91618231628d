/* The list of what a worker may ask of the kernel, for libseccomp, and Landlock below it: should a call that names a file
 * ever be let through by the list, the kernel still refuses the file. */
#include "sandbox.h"

#include "sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef BATCH_SANITIZED
bool sandbox_is_built_in(void) { return false; }

dh_status sandbox_enter(dh_error *err) {
    (void)err;
    return DH_OK;
}
#else
bool sandbox_is_built_in(void) { return true; }

/* Calls that are let through whatever their arguments. Some are the C library's: abort() asks who and whose thread it is,
 * malloc takes random bytes, qsort() asks how much memory there is when it sorts more than a KB, a handler's end is a call. */
static const int allowed[] = {
    SCMP_SYS(read),         SCMP_SYS(write),          SCMP_SYS(close),       SCMP_SYS(recvmsg),       SCMP_SYS(sendto),
    SCMP_SYS(poll),         SCMP_SYS(brk),            SCMP_SYS(munmap),      SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(futex),        SCMP_SYS(getrandom),      SCMP_SYS(getpid),      SCMP_SYS(gettid),        SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(exit),        SCMP_SYS(exit_group),    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(restart_syscall), SCMP_SYS(sysinfo),
    SCMP_SYS(lseek), /* a zip file is read from its end */
#ifdef DH_TEST_HOOKS
    SCMP_SYS(pause),
#endif
};

static int add_rules(scmp_filter_ctx filter) {
    int result = 0;
    for (size_t i = 0; !result && i < DH_COUNT(allowed); i++) result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    if (!result) result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &no_code);
    if (!result) result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &no_code);
    const struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());
    if (!result) result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &self);
    return result;
}

static dh_status shut_calls(dh_error *err) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter) return err_set(err, DH_ERR_NOMEM, 0, "out of memory");
    int result = add_rules(filter); /* the filter sets no_new_privs as well */
    if (!result) result = seccomp_load(filter);
    seccomp_release(filter);
    if (!result) return DH_OK;
    return err_set(err, DH_ERR_IO, 0, "no sandbox for the workers here: %s (--no-sandbox goes without)", strerror(-result));
}

/* All that the first version of Landlock knows: a ruleset without a rule leaves none of it. Kernels without Landlock, or
 * with it switched off, are passed over. */
static void shut_files(void) {
    struct landlock_ruleset_attr attr = {.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
    long fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (fd < 0) return;
    (void)!syscall(SYS_landlock_restrict_self, (int)fd, 0);
    close((int)fd);
}

dh_status sandbox_enter(dh_error *err) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return err_system(err);
    shut_files();
    return shut_calls(err);
}
#endif

/* The child: what it gives back tells what held it. */
enum { TRY_NO_SANDBOX = 1, TRY_OPENED = 2 };
static int try_to_open(void) {
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (sandbox_enter(NULL)) return TRY_NO_SANDBOX;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd < 0 ? 0 : TRY_OPENED;
}

bool sandbox_try(char detail[SANDBOX_DETAIL_BYTES]) {
    int status = 0;
    pid_t pid = sandbox_is_built_in() ? fork() : -1;
    if (!pid) _exit(try_to_open());
    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
        snprintf(detail, SANDBOX_DETAIL_BYTES, sandbox_is_built_in() ? "no process to try it on" : "not in a build with AddressSanitizer");
        return false;
    }
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    bool held = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    if (!held) snprintf(detail, SANDBOX_DETAIL_BYTES, "seccomp does not hold here: folder runs need --no-sandbox");
    else if (abi > 0) snprintf(detail, SANDBOX_DETAIL_BYTES, "seccomp, and Landlock (ABI %ld)", abi);
    else snprintf(detail, SANDBOX_DETAIL_BYTES, "seccomp; this kernel has no Landlock");
    return held;
}
