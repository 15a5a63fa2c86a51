/* Opens and checks the image folder. */
#ifndef CRJVM_IMAGE_H
#define CRJVM_IMAGE_H

void open_image(void);
void check_files(void);

#endif
