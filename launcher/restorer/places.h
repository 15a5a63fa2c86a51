/* Where the image lies, and where code comes from: places that nobody else can change. */
#ifndef CRJVM_PLACES_H
#define CRJVM_PLACES_H

void check_image_place(void);
void check_places(void);

#endif
