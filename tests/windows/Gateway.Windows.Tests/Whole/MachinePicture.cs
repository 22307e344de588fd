namespace Gateway.Windows.Tests.Whole;

/// <summary>What the product could change of a machine, line by line, as Windows' own tools list it: two pictures of one machine can be compared.</summary>
/// <param name="Lines">The lines, in order.</param>
internal sealed record MachinePicture(IReadOnlyList<string> Lines)
{
    /// <summary>No picture.</summary>
    public static MachinePicture None { get; } = new([]);

    /// <summary>Takes one. Services that Windows makes for a signed-in person, whose names end in a number, come and go by themselves.</summary>
    public static async Task<MachinePicture> TakeAsync(CancellationToken cancel) => new(
    [
        .. (await WindowsTool.AskAsync(
            """
            & {
              Get-CimInstance Win32_Service | Where-Object Name -notmatch '_[0-9a-f]{4,}$' | ForEach-Object { "service $($_.Name) $($_.PathName) $($_.StartName)" }
              Get-NetFirewallRule -PolicyStore PersistentStore | ForEach-Object { "rule $($_.Name) $($_.Enabled) $($_.Direction) $($_.Action)" }
              Get-NetFirewallProfile -PolicyStore PersistentStore | ForEach-Object { "profile $($_.Name) $($_.Enabled) $($_.DefaultInboundAction) $($_.DefaultOutboundAction)" }
              Get-ScheduledTask -TaskPath '\DICOM-Mail Gateway\*' -ErrorAction SilentlyContinue | ForEach-Object { "task $($_.TaskPath)$($_.TaskName)" }
              'HKLM:\SOFTWARE\VISUS', 'HKLM:\SOFTWARE\Example hospital' | Where-Object { Test-Path $_ } | ForEach-Object { "key $_" }
              if ((Get-Service WinDefend -ErrorAction Ignore).Status -eq 'Running') {
                $preference = Get-MpPreference
                @($preference.ExclusionPath) + @($preference.ExclusionProcess) + @($preference.ExclusionExtension) | Where-Object { $_ } | ForEach-Object { "exclusion $_" }
              }
              'D:\', 'E:\' | ForEach-Object { "rights of $_ $((Get-Acl $_).Sddl)" }
            } | ForEach-Object { [pscustomobject]@{ Line = $_ } }
            """, cancel)).Select(one => (string)one["Line"]!).Order(StringComparer.Ordinal),
    ]);

    /// <summary>What is in one picture and not in the other.</summary>
    public string Difference(MachinePicture later) =>
        string.Join("\n", Lines.Except(later.Lines).Select(line => $"- {line}").Concat(later.Lines.Except(Lines).Select(line => $"+ {line}")));
}
