<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:f="urn:functions" exclude-result-prefixes="#all">
  <xsl:output method="text" encoding="UTF-8"/>
  <xsl:key name="by-year" match="book" use="@year"/>
  <xsl:variable name="line" select="string-join(for $i in 1 to 20 return '-', '')"/>
  <xsl:template match="books">
    <xsl:for-each select="book">
      <xsl:sort select="xs:decimal(price)" order="descending"/>
      <xsl:value-of select="position(), title"/>
      <xsl:text>&#10;</xsl:text>
    </xsl:for-each>
    <xsl:call-template name="total"><xsl:with-param name="count" select="count(key('by-year', '1999'))"/></xsl:call-template>
  </xsl:template>
  <xsl:template name="total">
    <xsl:param name="count" as="xs:integer"/>
    <xsl:value-of select="$line, 1 to $count, f:grade($count)"/>
    <xsl:choose>
      <xsl:when test="$count gt 1">many</xsl:when>
      <xsl:otherwise>few</xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:function name="f:grade"><xsl:param name="n"/><xsl:sequence select="if ($n mod 2 = 0) then 'even' else upper-case('odd')"/></xsl:function>
</xsl:stylesheet>
