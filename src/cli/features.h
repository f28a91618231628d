/* features.h: the command `dehusk features`: what the models see of pages, for training. */
#ifndef CLI_FEATURES_H
#define CLI_FEATURES_H

/* Runs it; argv begins behind the word "features". Returns the program's exit status. */
int features_main(int argc, char **argv);

#endif
