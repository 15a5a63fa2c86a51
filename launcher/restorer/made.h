/* Makes folders and temporary files again that the application has made for itself. */
#ifndef CRJVM_MADE_H
#define CRJVM_MADE_H

/* Ends the restore if another user has put something in the place of a temporary folder or file, or if a folder's place has a file
 * now. */
void check_made_files(void);

/* Makes those that are not there, as a normal start would. */
void make_missing_files(void);

#endif
