/* sanitized.h: BATCH_SANITIZED is defined in builds with AddressSanitizer, which takes address space and system calls of
 * its own. */
#ifndef BATCH_SANITIZED_H
#define BATCH_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define BATCH_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BATCH_SANITIZED 1
#endif
#endif

#endif
