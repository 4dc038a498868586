<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology|Labeling">
 <renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">
  <rules key="root">
   <rule key="shown" symbol="0" label="$level_name, $year" filter="&quot;level&quot; = '$level' AND &quot;year&quot; = $year"/>
  </rules>
  <symbols>
   <symbol type="fill" name="0" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="178,24,43,110"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="178,24,43,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.3"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
  </symbols>
 </renderer-v2>
</qgis>
