<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:f" xmlns:xs="http://www.w3.org/2001/XMLSchema" exclude-result-prefixes="f xs">
  <xsl:output method="xml" indent="yes"/>
  <xsl:function name="f:total" as="xs:decimal">
    <xsl:param name="books" as="element(book)*"/>
    <xsl:sequence select="sum($books/xs:decimal(price))"/>
  </xsl:function>
  <xsl:template match="/">
    <years>
      <xsl:for-each-group select="//book" group-by="@year">
        <xsl:sort select="current-grouping-key()"/>
        <year n="{current-grouping-key()}" total="{f:total(current-group())}"><xsl:copy-of select="current-group()/title"/></year>
      </xsl:for-each-group>
    </years>
  </xsl:template>
</xsl:stylesheet>
