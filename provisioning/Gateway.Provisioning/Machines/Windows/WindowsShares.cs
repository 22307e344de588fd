using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>The shares of this computer. Whether Windows made one itself is the property Special, not a name that ends in a dollar sign ("MSFT_SmbShare class", Microsoft Learn).</summary>
/// <param name="powerShell">Runs the cmdlet.</param>
internal sealed class WindowsShares(WindowsPowerShell powerShell) : IShares
{
    public Provenance Provenance { get; } = new(Source.Measured, "Get-SmbShare");

    public async Task<IReadOnlyList<ShareState>> ReadAsync(CancellationToken cancel) =>
    [
        .. (await powerShell.InvokeAsync(Cmdlets.GetSmbShare, WindowsPowerShell.With(), missingIsEmpty: false, cancel)).Select(share => new ShareState(
            share.Text("Name"),
            share.Text("Path"),
            share.Flag("Special") ?? throw new NotAssessableException(new(
                $"Windows sagt nicht, ob es die Freigabe {share.Text("Name")} selbst angelegt hat", $"Windows does not say whether it made the share {share.Text("Name")} itself")))),
    ];
}
