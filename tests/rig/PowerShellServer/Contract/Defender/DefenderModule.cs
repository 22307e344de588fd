using Gateway.Rig.PowerShellServer.State;

namespace Gateway.Rig.PowerShellServer.Contract.Defender;

/// <summary>The commands of the Defender module that the product uses, each after its page on Microsoft Learn.</summary>
public static class DefenderModule
{
    /// <summary>Where WMI has it ("MSFT_MpPreference class").</summary>
    public const string Namespace = "root/microsoft/windows/defender";

    private const string Status = "MSFT_MpComputerStatus";
    private const string Preference = "MSFT_MpPreference";

    // From published transcripts: it stands in every list, filled or empty, of a caller who is no administrator.
    private const string Placeholder = "N/A: Must be an administrator to view exclusions";

    private static readonly string[] Lists = [nameof(ExclusionLists.ExclusionPath), nameof(ExclusionLists.ExclusionProcess), nameof(ExclusionLists.ExclusionExtension)];
    private static readonly HashSet<string> Nothing = [];
    private static readonly HashSet<string> Changeable = new([.. Lists, "Force"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The module.</summary>
    public static ContractModule Module { get; } = new("Defender",
    [
        new("Get-MpComputerStatus", "DefaultSet", _ => ParameterShape.Everywhere, Nothing, GetStatus),
        new("Get-MpPreference", "DefaultSet", _ => ParameterShape.Everywhere, Nothing, GetPreference),
        new("Add-MpPreference", "DefaultSet", _ => ParameterShape.Everywhere, Changeable, call => Change(call, Add)),
        new("Remove-MpPreference", "DefaultSet", _ => ParameterShape.Everywhere, Changeable, call => Change(call, Remove)),
    ]);

    /// <summary>"Get-MpComputerStatus"; properties are those of "MSFT_MpComputerStatus class" and of that page's example, as far as the product could want them.</summary>
    private static void GetStatus(Call call)
    {
        if (Running(call, Status) is not { } defender) return;
        List<(string, object?)> properties =
        [
            ("AMProductVersion", defender.AMProductVersion),
            ("AMServiceEnabled", defender.AMServiceEnabled),
            ("AntivirusEnabled", defender.AntivirusEnabled),
            ("AntivirusSignatureAge", defender.AntivirusSignatureAge),
            ("IsTamperProtected", defender.IsTamperProtected || call.Faults.Has(Faults.TamperProtection)),
            ("RealTimeProtectionEnabled", defender.RealTimeProtectionEnabled),
        ];
        if (defender.AMRunningMode.Length > 0) properties.Add(("AMRunningMode", defender.AMRunningMode));
        call.Cmdlet.WriteObject(CimObject.In(Namespace, Status, properties));
    }

    /// <summary>
    /// "Get-MpPreference": local lists and those of policy as one, or those of policy alone ("Configure local administrator merge behavior for lists": only they
    /// are in the resulting policy; no document says whether this command still lists the others). An empty list is no list.
    /// </summary>
    private static void GetPreference(Call call)
    {
        if (Running(call, Preference) is not { } defender) return;
        call.Cmdlet.WriteObject(CimObject.In(Namespace, Preference, Lists.Select(list => (list, (object?)Shown(call, defender, list)))));
    }

    private static string[]? Shown(Call call, DefenderState defender, string list) =>
        call.Faults.Has(Faults.AccessDenied) ? [call.Faults.Has(Faults.German) ? GermanMessages.ExclusionsWithheld : Placeholder]
        : defender.Policy.Of(list).Union(call.Faults.Has(Faults.NoLocalMerge) ? [] : defender.Local.Of(list), StringComparer.OrdinalIgnoreCase).ToArray() is { Length: > 0 } some ? some
        : null;

    /// <summary>"Add-MpPreference": adds to the lists.</summary>
    private static void Add(List<string> list, string value)
    {
        if (!list.Contains(value, StringComparer.OrdinalIgnoreCase)) list.Add(value);
    }

    /// <summary>"Remove-MpPreference": removes the entry of that very text; <c>C:\Temp\</c> is another entry than <c>C:\Temp</c>.</summary>
    private static void Remove(List<string> list, string value) => list.RemoveAll(one => one.Equals(value, StringComparison.OrdinalIgnoreCase));

    // "Manage tamper protection for your organization using Microsoft Intune": what it blocks might appear to succeed.
    private static void Change(Call call, Action<List<string>, string> change)
    {
        if (Running(call, Preference) is null) return;
        if (call.Faults.Has(Faults.AccessDenied))
        {
            call.Report(DefenderErrors.NotAllowed(Preference));
            return;
        }
        if (call.Faults.Has(Faults.TamperProtection)) return;
        call.State.Update<DefenderState, bool>(DefenderState.Section, defender =>
        {
            foreach (var list in Lists)
            {
                foreach (var value in call.Get<string[]>(list, [])) change(defender.Local.Of(list), value);
            }
            return true;
        });
    }

    private static DefenderState? Running(Call call, string className)
    {
        var defender = call.State.Read<DefenderState>(DefenderState.Section);
        if (defender.ServiceRunning) return defender;
        call.Report(DefenderErrors.NoService(className));
        return null;
    }
}
