// Configures VitePress for the site of the documents. docs/site/build copies this file beside the pages that docs/site/collect.mjs has
// collected.

// Returns the name that GitHub gives a heading. The documents use it in links.
function nameHeading(text) {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replace(/ /g, '-');
}

// Makes Vue leave code in a line as it is: it would take "{{" there for an expression of its own.
function protectInlineCode(markdown) {
  const render = markdown.renderer.rules.code_inline;
  markdown.renderer.rules.code_inline = (tokens, index, ...rest) => {
    tokens[index].attrSet('v-pre', '');
    return render(tokens, index, ...rest);
  };
}

function page(text, link) {
  return { text, link };
}

export default {
  lang: 'en',
  title: 'crjvm',
  description: 'JVM applications that start in tens of milliseconds',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }]],
  cleanUrls: false,
  // VitePress looks for dead links itself. follow-links.mjs also checks headings.
  ignoreDeadLinks: 'localhostLinks',
  metaChunk: true,
  markdown: {
    anchor: { slugify: nameHeading },
    headers: { slugify: nameHeading },
    config: protectInlineCode,
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      page('Getting started', '/docs/getting-started'),
      page('All pages', '/docs/'),
      page('Troubleshooting', '/docs/troubleshooting'),
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('Getting started', '/docs/getting-started'),
          page('Requirements and limits', '/docs/requirements'),
          {
            ...page('Frameworks', '/docs/frameworks'),
            items: [
              page('Spring Boot', '/docs/frameworks/spring-boot'),
              page('Micronaut', '/docs/frameworks/micronaut'),
              page('Quarkus', '/docs/frameworks/quarkus'),
              page('Helidon, Jetty, Netty, Tomcat, Vert.x', '/docs/frameworks/others'),
            ],
          },
          page('crjvm java', '/docs/cache'),
          page('Examples', '/examples/'),
        ],
      },
      {
        text: 'Use',
        items: [
          page('Commands', '/docs/commands'),
          page('Options of the agent', '/docs/agent-options'),
          page('Warm-up', '/docs/warm-up'),
          page('Command-line tools', '/docs/tools'),
          page('Maven plugin', '/docs/maven-plugin'),
          page('Gradle plugin', '/docs/gradle-plugin'),
          page('Buildpack', '/docs/buildpack'),
          page('Containers', '/docs/containers'),
          page('Container images and registries', '/docs/oci'),
          page('Many copies, other places', '/docs/copies'),
          page('Parked copies', '/docs/parked'),
          page('Files outside of the image', '/docs/files'),
          page('Descriptors and connections', '/docs/descriptors'),
          page('Identity', '/docs/identity'),
          page('Random numbers', '/docs/randomness'),
          page('Agents, profilers, debuggers', '/docs/agents'),
        ],
      },
      {
        text: 'Operate',
        items: [
          page('Operations', '/docs/operations'),
          page('Monitoring', '/docs/monitoring'),
          page('Fewer processors, less memory', '/docs/limits'),
          page('Signatures', '/docs/signatures'),
          page('Security', '/SECURITY'),
          page('Releases and upgrades', '/docs/releases'),
          page('Troubleshooting', '/docs/troubleshooting'),
        ],
      },
      {
        text: 'Internals',
        collapsed: true,
        items: [
          page('Architecture', '/docs/architecture'),
          page('Image format', '/docs/image-format'),
          page('Compatibility', '/docs/compatibility'),
          page('Performance', '/docs/performance'),
          page('Testing', '/docs/testing'),
          page('Faults', '/docs/faults'),
          page('Security review', '/docs/security-review'),
          page('Contributing', '/CONTRIBUTING'),
          page('Style', '/STYLE'),
          page('Models', '/docs/models'),
          page('Changes', '/CHANGELOG'),
        ],
      },
    ],
  },
};
