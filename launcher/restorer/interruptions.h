/* Meets what happens while a copy is parked: signals that end it, and a new image in the place of the one that was opened. */
#ifndef CRJVM_INTERRUPTIONS_H
#define CRJVM_INTERRUPTIONS_H

enum image_state { IMAGE_PRESENT, IMAGE_GONE, IMAGE_REPLACED };
enum image_state look_for_image(void);

/* Returns a descriptor that is ready to be read when something has happened, or -1 if this can't be had. */
int begin_interruptions(void);

/* Returns when it is time to look for the image. A signal that ends this process removes first what it has made. */
void meet_interruptions(void);
void end_interruptions(void);

#endif
