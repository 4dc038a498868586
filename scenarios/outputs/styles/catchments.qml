<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology|Labeling">
 <renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">
  <rules key="root">
   <rule key="shown" label="$level, $year" filter="&quot;year&quot; = $year AND &quot;level&quot; = '$level'">
    <rule key="tint0" symbol="0" filter="&quot;tint&quot; = 0" label="1"/>
    <rule key="tint1" symbol="1" filter="&quot;tint&quot; = 1" label="2"/>
    <rule key="tint2" symbol="2" filter="&quot;tint&quot; = 2" label="3"/>
    <rule key="tint3" symbol="3" filter="&quot;tint&quot; = 3" label="4"/>
    <rule key="tint4" symbol="4" filter="&quot;tint&quot; = 4" label="5"/>
    <rule key="tint5" symbol="5" filter="&quot;tint&quot; = 5" label="6"/>
    <rule key="tint6" symbol="6" filter="&quot;tint&quot; = 6" label="7"/>
    <rule key="tint7" symbol="7" filter="&quot;tint&quot; = 7" label="8"/>
   </rule>
  </rules>
  <symbols>
   <symbol type="fill" name="0" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint0"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
   <symbol type="fill" name="1" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint1"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
   <symbol type="fill" name="2" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint2"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
   <symbol type="fill" name="3" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint3"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
   <symbol type="fill" name="4" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint4"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
   <symbol type="fill" name="5" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint5"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
   <symbol type="fill" name="6" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint6"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
   <symbol type="fill" name="7" alpha="1"><layer class="SimpleFill" enabled="1"><Option type="Map"><Option type="QString" name="color" value="$tint7"/><Option type="QString" name="style" value="solid"/><Option type="QString" name="outline_color" value="143,143,143,255"/><Option type="QString" name="outline_style" value="solid"/><Option type="QString" name="outline_width" value="0.26"/><Option type="QString" name="outline_width_unit" value="MM"/></Option></layer></symbol>
  </symbols>
 </renderer-v2>
</qgis>
