/* doctor.h: `dehusk doctor`: what of all that the program uses is there on this machine. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

/* argv: behind the command's word. Returns the exit status: 0 if all that the build has works. */
int doctor_main(int argc, char **argv);

#endif
