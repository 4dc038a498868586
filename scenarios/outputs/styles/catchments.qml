<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology|Labeling">
 <renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">
  <rules key="root">
   <rule key="shown" symbol="0" label="$level_name, $year" filter="&quot;year&quot; = $year AND &quot;level&quot; = '$level'"/>
  </rules>
  <symbols>
   <symbol type="fill" name="0" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint0"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option><data_defined_properties><Option type="Map"><Option type="QString" name="name" value=""/><Option name="properties" type="Map"><Option name="fillColor" type="Map"><Option type="bool" name="active" value="true"/><Option type="QString" name="expression" value="array_get(array($tints), &quot;tint&quot;)"/><Option type="int" name="type" value="3"/></Option></Option><Option type="QString" name="type" value="collection"/></Option></data_defined_properties></layer></symbol>
  </symbols>
 </renderer-v2>
</qgis>
