<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology|Labeling">
 <renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">
  <rules key="root">
   <rule key="shown" symbol="0" label="$level_name, $year" filter="&quot;year&quot; = $year AND &quot;level&quot; = '$level'"/>
  </rules>
  <symbols>
   <symbol type="line" name="0" alpha="0.6"><layer class="SimpleLine" enabled="1"><Option type="Map"><Option type="QString" name="line_color" value="80,80,110,255"/><Option type="QString" name="line_style" value="solid"/><Option type="QString" name="line_width" value="0.2"/><Option type="QString" name="line_width_unit" value="MM"/><Option type="QString" name="capstyle" value="round"/></Option><data_defined_properties><Option type="Map"><Option type="QString" name="name" value=""/><Option name="properties" type="Map"><Option name="outlineWidth" type="Map"><Option type="bool" name="active" value="true"/><Option type="QString" name="expression" value="0.1 + sqrt(&quot;pupils&quot;) / 25"/><Option type="int" name="type" value="3"/></Option></Option><Option type="QString" name="type" value="collection"/></Option></data_defined_properties></layer></symbol>
  </symbols>
 </renderer-v2>
</qgis>
