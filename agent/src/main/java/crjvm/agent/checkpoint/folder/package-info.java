/** The folders of images: the final one, those of a series, and the one that is being made. */
package crjvm.agent.checkpoint.folder;
