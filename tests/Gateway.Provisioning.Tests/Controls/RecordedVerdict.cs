using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Verdicts;
using Xunit;

namespace Gateway.Provisioning.Tests.Controls;

/// <summary>What the product says about a recorded machine.</summary>
internal static class RecordedVerdict
{
    /// <summary>The facts of a machine that was built from the manifest and has run for some nights.</summary>
    public static async Task<MachineFacts> FittingAsync(Appliance appliance)
    {
        await using var machine = new Rehearsed(appliance);
        var nights = RecordedMachines.AfterSomeNights(machine.Store.Now);
        machine.Store.Update(f => f with { Services = nights.Services, Monitoring = appliance.Monitoring.Mode == MonitoringMode.External ? nights.Monitoring : f.Monitoring });
        await machine.ApplyAsync();
        var built = machine.Store.Now;
        return RecordedMachines.AfterSomeNights(built with { Antivirus = built.Antivirus! with { Exclusions = [.. built.Antivirus.Exclusions, .. OurProcess(appliance)] } });
    }

    // The unit test's machine has no build beside it, so apply did not exclude the gateway's own process.
    private static IEnumerable<Exclusion> OurProcess(Appliance appliance) => appliance.Antivirus.Mode == AntivirusMode.Folders
        ? [new(ExclusionKind.Process, appliance.Gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe").Text)]
        : [];

    /// <summary>The verdict on a control of a machine with these facts, on which the folders that they speak of exist.</summary>
    public static async Task<ControlVerdict> OfAsync(Appliance appliance, MachineFacts facts, ControlId control)
    {
        await using var machine = new Rehearsed(appliance, facts);

        // The folders of the recorded machine, and its program: what the facts file speaks of exists.
        foreach (var folder in appliance.Folders.Where(f => facts.Volumes?.Any(v => v.Drive == f.Path.Drive) ?? true))
            machine.Machine.Files.CreateFolder(folder.Path);
        foreach (var above in facts.FolderRights!.Where(r => facts.Volumes?.Any(v => r.Path.StartsWith(v.Drive, StringComparison.Ordinal)) ?? true))
            machine.Machine.Files.CreateFolder(WindowsPath.Of(above.Path));
        machine.Machine.Files.WriteFile(appliance.Gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe"), [0]);
        if (appliance.Monitoring.Mode != MonitoringMode.External)
        {
            var file = machine.Graph.InOrder.OfType<Resources.Managed.RenderedFile>().Single(f => f.Name.Text == "agent-config");
            await file.ApplyAsync(machine.Machine, false, TestContext.Current.CancellationToken);
        }

        var assessment = await machine.AssessAsync();
        return assessment.Verdicts.Single(v => v.Control.Id == control);
    }

    /// <summary>The verdict on a control of a fitting machine that is changed in one fact.</summary>
    /// <param name="control">The control.</param>
    /// <param name="change">The one fact, or null for the fitting machine itself.</param>
    /// <param name="overlay">The site's manifest over the default one.</param>
    public static async Task<ControlVerdict> OfAsync(string control, Func<MachineFacts, MachineFacts>? change = null, string? overlay = null)
    {
        var appliance = Rehearsed.DefaultAppliance(overlay);
        var facts = await FittingAsync(appliance);
        return await OfAsync(appliance, change?.Invoke(facts) ?? facts, ControlId.Of(control));
    }

    /// <summary>The verdict on a control of a machine that fits the default manifest, by a site's own manifest that would not build it.</summary>
    /// <param name="control">The control.</param>
    /// <param name="overlay">The site's manifest over the default one.</param>
    /// <param name="change">What is different about the machine, or null.</param>
    public static async Task<ControlVerdict> ByManifestAsync(string control, string overlay, Func<MachineFacts, MachineFacts>? change = null)
    {
        var facts = await FittingAsync(Rehearsed.DefaultAppliance());
        return await OfAsync(Rehearsed.DefaultAppliance(overlay), change?.Invoke(facts) ?? facts, ControlId.Of(control));
    }

    /// <summary>The facts with one probe changed.</summary>
    public static MachineFacts Probe(this MachineFacts facts, string host, int port, Func<ProbeResult, ProbeResult> change) =>
        facts with { Probes = [.. facts.Probes!.Select(p => p.Host == host && p.Port == port ? change(p) : p)] };

    /// <summary>The facts without one probe.</summary>
    public static MachineFacts Unprobed(this MachineFacts facts, string host, int port) =>
        facts with { Probes = [.. facts.Probes!.Where(p => p.Host != host || p.Port != port)] };
}
