/**
 * The restore plan as the restorer reads it: its records, and how to write and read them. The
 * layout is in launcher/restorer/plan.h and docs/image-format.md.
 */
package crjvm.image.plan;
