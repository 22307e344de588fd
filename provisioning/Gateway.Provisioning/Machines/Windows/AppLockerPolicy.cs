using System.Xml;
using System.Xml.Linq;
using Gateway.Provisioning.Machines.Facts;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// AppLocker's policy as it lies in the registry ("AppLocker settings", Microsoft Learn: Software\Policies\Microsoft\Windows\SrpV2): a key per collection with its
/// EnforcementMode (0 audit, 1 enforced), and below it a key per rule whose value is the rule's XML. A collection with rules and without a mode is enforced
/// ("Understand AppLocker enforcement settings").
/// </summary>
internal static class AppLockerPolicy
{
    /// <summary>The service that enforces it ("Configure the Application Identity service", Microsoft Learn).</summary>
    public const string Service = "AppIDSvc";

    private const string Policy = @"SOFTWARE\Policies\Microsoft\Windows\SrpV2";

    // What starts a service: its program, and the libraries that it loads.
    private static readonly string[] Collections = ["Exe", "Dll"];

    /// <summary>The collections that have rules: one without any lets everything run ("Understanding AppLocker rule behavior").</summary>
    public static IReadOnlyList<AppLockerCollection> Read(ISystemRegistry registry) => [.. Collections.Select(name => Of(registry, name)).OfType<AppLockerCollection>()];

    private static AppLockerCollection? Of(ISystemRegistry registry, string name)
    {
        var key = $@"{Policy}\{name}";
        var rules = registry.KeysBelow(key).Select(rule => registry.Value($@"{key}\{rule}", "Value")).OfType<string>().Select(Parsed).ToList();
        return rules.Count == 0 ? null : new AppLockerCollection(
            name, registry.Value(key, "EnforcementMode") is 0 ? PolicyMode.Audit : PolicyMode.Enforced, [.. rules.OfType<AppLockerPathRule>()], rules.Count(rule => rule is null));
    }

    // Null for a rule that goes by publisher or hash, or that cannot be read.
    private static AppLockerPathRule? Parsed(string text)
    {
        try
        {
            var rule = XElement.Parse(text);
            return rule.Name.LocalName == "FilePathRule" && rule.Element("Conditions")?.Element("FilePathCondition")?.Attribute("Path")?.Value is { } path
                ? new AppLockerPathRule(
                    rule.Attribute("Action")?.Value == "Allow", rule.Attribute("UserOrGroupSid")?.Value ?? "", path,
                    [.. rule.Element("Exceptions")?.Elements("FilePathCondition").Select(e => e.Attribute("Path")?.Value).OfType<string>() ?? []])
                : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
