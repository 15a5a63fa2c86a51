/**
 * The restore plan as the restorer reads it: records, writing, reading. Layout:
 * launcher/restorer/plan.h, docs/image-format.md.
 */
package crjvm.image.plan;
