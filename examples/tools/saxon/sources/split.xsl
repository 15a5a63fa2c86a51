<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:for-each select="//book"><xsl:result-document href="out/{@id}.xml"><xsl:copy-of select="."/></xsl:result-document></xsl:for-each>
    <xsl:message>split <xsl:value-of select="count(//book)"/></xsl:message>
  </xsl:template>
</xsl:stylesheet>
