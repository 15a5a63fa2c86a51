/* Puts each descriptor of the image at its number. */
#ifndef CRJVM_DESCRIPTORS_H
#define CRJVM_DESCRIPTORS_H

void make_descriptors(void);

#endif
