using System.Management.Automation;
using Gateway.Rig.PowerShellServer.State;
using Microsoft.PowerShell.Cmdletization.GeneratedTypes.SmbShare;

namespace Gateway.Rig.PowerShellServer.Contract.SmbShare;

/// <summary>The command of the SmbShare module that the product uses, after its page on Microsoft Learn (Windows Server 2016).</summary>
public static class SmbShareModule
{
    private const string Share = "MSFT_SmbShare";

    /// <summary>The module.</summary>
    public static ContractModule Module { get; } = new("SmbShare",
    [
        new("Get-SmbShare", "Query", Shape, new HashSet<string>(["Name", "Special"], StringComparer.OrdinalIgnoreCase), GetShares),
    ]);

    private static ParameterShape Shape(string parameter) => parameter switch
    {
        "Name" => new([], Position: 0),
        "ScopeName" => new([], Position: 1),
        _ => ParameterShape.Everywhere,
    };

    /// <summary>"Get-SmbShare": every share unless names or properties are asked for; a name that no share has is an error.</summary>
    private static void GetShares(Call call)
    {
        IEnumerable<ShareState> shares = call.State.Read<SharesState>(SharesState.Section).Shares;
        if (call.Has("Name"))
        {
            var names = call.Get<string[]>("Name", []);
            foreach (var missing in names.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !shares.Any(share => Fits(share, name))))
                call.Report(CimErrors.NotFound(Share, "Name", missing));
            shares = shares.Where(share => names.Any(name => Fits(share, name)));
        }

        if (call.Has("Special"))
            shares = shares.Where(share => call.Get<bool[]>("Special", []).Contains(share.Special));
        foreach (var share in shares.ToList()) call.Cmdlet.WriteObject(Object(share, call.Faults.Has(Faults.DisplayValues)));
    }

    private static bool Fits(ShareState share, string name) => new WildcardPattern(name, WildcardOptions.IgnoreCase).IsMatch(share.Name);

    /// <summary>"MSFT_SmbShare class"; without LeasingMode, which Windows Server 2016 does not have.</summary>
    private static PSObject Object(ShareState share, bool display) => CimObject.In(
        "ROOT/Microsoft/Windows/SMB",
        Share,
        ("Name", share.Name),
        ("ScopeName", "*"),
        ("Scoped", false),
        ("ShareType", display ? (ShareType)share.ShareType : share.ShareType),
        ("Special", share.Special),
        ("Temporary", false),
        ("ShadowCopy", false),
        ("Path", share.ShareType == 0 ? share.Path : null),
        ("Volume", null),
        ("Description", share.Description),
        ("ConcurrentUserLimit", 0u),
        ("CurrentUsers", 0u),
        ("EncryptData", false),
        ("ContinuouslyAvailable", false));
}
