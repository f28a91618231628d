/* The empty program that start-up is compared with. */
int main(void) { return 0; }
