/* Checks that nobody else can change the places where the image lies and where code comes from. */
#ifndef CRJVM_PLACES_H
#define CRJVM_PLACES_H

void check_image_place(void);
void check_places(void);

#endif
