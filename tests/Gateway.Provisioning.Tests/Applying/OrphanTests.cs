using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>What the manifest no longer asks for, or asks for at another place, goes back to what it was before the product.</summary>
public class OrphanTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_that_moves_to_another_key_leaves_nothing_behind_and_takes_nothing_that_is_not_ours()
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { Registry = [.. f.Registry ?? [], new RegistryValue(@"SOFTWARE\New", "Value", "the site's own")] });
        await machine.ApplyAsync(WithValue("Old"));
        var plan = (await machine.AssessAsync(WithValue("New"))).Plan;
        Assert.Equal(
            [("registry-value/v", ChangeAction.Update, ChangeCause.ManifestMoved), ("registry-value/v", ChangeAction.Remove, ChangeCause.ManifestMoved)],
            plan.Changes.Select(c => (c.Resource.Text, c.Action, c.Cause)));
        await machine.ApplyAsync(WithValue("New"));
        Assert.Null(machine.Machine.Registry.Read(@"SOFTWARE\Old", "Value")?.Text);
        Assert.Equal("ours", machine.Machine.Registry.Read(@"SOFTWARE\New", "Value")?.Text);

        await machine.ApplyAsync();
        Assert.Equal("the site's own", machine.Machine.Registry.Read(@"SOFTWARE\New", "Value")?.Text);
    }

    [Fact]
    public async Task A_thing_that_only_gets_another_name_is_the_same_thing()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync(WithValue("Same", "v"));
        Assert.Empty((await machine.AssessAsync(WithValue("Same", "renamed"))).Plan.Changes);
        await machine.ApplyAsync(WithValue("Same", "renamed"));
        await machine.ApplyAsync();
        Assert.Null(machine.Machine.Registry.Read(@"SOFTWARE\Same", "Value")?.Text);
    }

    [Fact]
    public async Task A_configuration_folder_that_moves_takes_its_file_along_and_the_service_runs_on_the_new_one()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var moved = Rehearsed.DefaultAppliance("""{ "gateway": { "configFolder": "D:\\VISUS\\settings" }, "folders": [ { "id": "config", "path": "D:\\VISUS\\settings", "access": "serviceReads" }, { "id": "data", "path": "D:\\VISUS\\data", "access": "serviceModifies" }, { "id": "logs", "path": "D:\\VISUS\\logs", "access": "serviceModifies" }, { "id": "database", "path": "D:\\mariaDB", "access": "databaseModifies" }, { "id": "images", "path": "E:\\VISUS\\images", "access": "serviceModifies" }, { "id": "backup", "path": "E:\\backup", "access": "administrators" }, { "id": "database-config", "path": "D:\\VISUS\\settings\\database", "access": "databaseReads" }, { "id": "database-programs", "path": "D:\\VISUS\\MariaDB", "access": "databaseReads" }, { "id": "scan", "path": "E:\\VISUS\\scan", "access": "serviceModifies" } ] }""");
        await machine.ApplyAsync(moved);
        Assert.Empty((await machine.AssessAsync(moved)).Plan.Changes);
        Assert.False(machine.Machine.Files.FolderExists(WindowsPath.Of(@"D:\VISUS\config")));
        Assert.NotNull(machine.Machine.Files.ReadFile(WindowsPath.Of(@"D:\VISUS\settings\gateway.json")));
    }

    [Fact]
    public async Task A_renamed_service_goes_before_its_successor_comes()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var renamed = Rehearsed.DefaultAppliance("""{ "gateway": { "serviceName": "OtherGateway" } }""");
        var order = (await machine.AssessAsync(renamed)).Plan.Changes.Select(c => (c.Resource.Text, c.Action)).ToList();
        Assert.True(order.IndexOf(("service/DicomMailGateway", ChangeAction.Remove)) < order.IndexOf(("service/OtherGateway", ChangeAction.Create)));
        Assert.Contains(("service/DicomMailGateway", ChangeAction.Remove), order);
        await machine.ApplyAsync(renamed);
        Assert.DoesNotContain(machine.Store.Now.Services!, s => s.Name == "DicomMailGateway");
    }

    [Fact]
    public async Task What_holds_something_goes_after_what_it_holds()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync(WithFolders("""{ "id": "outer", "path": "E:\\outer", "access": "administrators" }, { "id": "inner", "path": "E:\\outer\\inner", "access": "administrators", "dependsOn": ["folder/outer"] },"""));
        await machine.ApplyAsync(WithFolders("""{ "id": "outer", "path": "E:\\outer", "access": "administrators" },"""));
        await machine.ApplyAsync(WithFolders("""{ "id": "inner", "path": "E:\\outer\\inner", "access": "administrators" }, { "id": "outer", "path": "E:\\outer", "access": "administrators" },"""));
        var result = await machine.ApplyAsync();
        Assert.Empty(result.Diagnostics);
        Assert.False(machine.Machine.Files.FolderExists(WindowsPath.Of(@"E:\outer")));
    }

    [Fact]
    public async Task A_removal_shows_what_is_there_now_and_an_approved_one_is_refused_when_that_moves()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync(WithValue("Old"));
        var plan = (await machine.AssessAsync()).Plan;
        var shown = Assert.Single(Assert.Single(plan.Changes).Properties, p => p.Name == "text");
        Assert.Equal(("ours", null), (shown.Before, shown.After));

        machine.Store.Update(f => f with { Registry = [.. f.Registry!.Select(r => r.Key == @"SOFTWARE\Old" ? r with { Text = "moved" } : r)] });
        var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.TryApplyAsync(approved: plan));
        Assert.Equal("GW3003", refused.Diagnostic.Code);
        Assert.Equal("moved", machine.Machine.Registry.Read(@"SOFTWARE\Old", "Value")?.Text);
    }

    [Theory]
    [InlineData(Moment.Before)]
    [InlineData(Moment.Unanchored)]
    [InlineData(Moment.After)]
    public async Task Power_that_goes_in_a_removal_does_not_make_the_product_forget_what_it_made(Moment moment)
    {
        for (var write = 1; write <= 4; write++)
        {
            await using var machine = new Rehearsed();
            var before = machine.Snapshot();
            await machine.ApplyAsync(WithValue("Old"));
            using var journal = new DyingJournalFile(machine.JournalFile, write, moment);
            await Assert.ThrowsAsync<PowerLossException>(() => machine.Applier(journal).ApplyAsync(machine.Assessor(), null, journal.Power));
            await machine.ApplyAsync();
            Assert.Null(machine.Machine.Registry.Read(@"SOFTWARE\Old", "Value")?.Text);
            Assert.Empty((await machine.AssessAsync()).Plan.Changes);
        }
    }

    [Fact]
    public async Task What_is_already_gone_is_forgotten_so_that_a_namesake_is_left_alone()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync(WithValue("Old"));
        machine.Machine.Registry.Remove(@"SOFTWARE\Old", "Value");
        Assert.Equal("it is so already; the product only forgets it", Assert.Single((await machine.AssessAsync()).Plan.Changes).Note);
        await machine.ApplyAsync();
        machine.Store.Update(f => f with { Registry = [.. f.Registry!, new RegistryValue(@"SOFTWARE\Old", "Value", "the site's own")] });
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
    }

    [Fact]
    public async Task Another_way_to_exclude_takes_the_earlier_exclusions_back()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        Assert.Contains(machine.Store.Now.Antivirus!.Exclusions, e => e.Kind == ExclusionKind.Folder);
        await machine.ApplyAsync(Rehearsed.DefaultAppliance("""{ "antivirus": { "mode": "extensions" } }"""));
        Assert.All(machine.Store.Now.Antivirus!.Exclusions, e => Assert.Equal(ExclusionKind.Extension, e.Kind));
    }

    [Fact]
    public async Task An_exclusion_whose_folder_is_gone_is_a_hiding_place_and_goes_too()
    {
        await using var machine = new Rehearsed();
        var folder = WindowsPath.Of(@"D:\VISUS\jivexcs\images");
        machine.Machine.Files.CreateFolder(folder);
        await machine.ApplyAsync();
        Assert.Contains(machine.Store.Now.Antivirus!.Exclusions, e => e.Value == folder.Text);
        machine.Machine.Files.RemoveFolderIfEmpty(folder);
        var change = Assert.Single((await machine.AssessAsync()).Plan.Changes);
        Assert.Contains("hiding place", change.Note, StringComparison.Ordinal);
        await machine.ApplyAsync();
        Assert.DoesNotContain(machine.Store.Now.Antivirus!.Exclusions, e => e.Value == folder.Text);
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);
    }

    [Fact]
    public void Two_names_for_one_thing_are_refused()
    {
        var found = Resources.ResourceGraph.Build(
            Rehearsed.DefaultAppliance("""{ "registry": [ { "id": "a", "key": "SOFTWARE\\Site", "name": "Value", "text": "1" }, { "id": "b", "key": "SOFTWARE\\SITE", "name": "VALUE", "text": "2" } ] }"""), _ => null, out var graph);
        Assert.Null(graph);
        Assert.Equal("GW1224", Assert.Single(found).Code);
    }

    private static Appliance WithValue(string key, string id = "v") =>
        Rehearsed.DefaultAppliance($$"""{ "registry": [ { "id": "{{id}}", "key": "SOFTWARE\\{{key}}", "name": "Value", "text": "ours" } ] }""");

    private static Appliance WithFolders(string more) => Rehearsed.DefaultAppliance(
        $$"""{ "folders": [ {{more}} { "id": "config", "path": "D:\\VISUS\\config", "access": "serviceReads" }, { "id": "data", "path": "D:\\VISUS\\data", "access": "serviceModifies" }, { "id": "logs", "path": "D:\\VISUS\\logs", "access": "serviceModifies" }, { "id": "database", "path": "D:\\mariaDB", "access": "databaseModifies" }, { "id": "images", "path": "E:\\VISUS\\images", "access": "serviceModifies" }, { "id": "backup", "path": "E:\\backup", "access": "administrators" }, { "id": "database-config", "path": "D:\\VISUS\\config\\database", "access": "databaseReads" }, { "id": "database-programs", "path": "D:\\VISUS\\MariaDB", "access": "databaseReads" }, { "id": "scan", "path": "E:\\VISUS\\scan", "access": "serviceModifies" } ] }""");
}
