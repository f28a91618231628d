/* profile.h: `dehusk profile`: profiles of sites are made, merged, listed, and sites taken out of them. */
#ifndef CLI_PROFILE_H
#define CLI_PROFILE_H

/* argv: behind the command's word. Returns the exit status. */
int profile_main(int argc, char **argv);

#endif
