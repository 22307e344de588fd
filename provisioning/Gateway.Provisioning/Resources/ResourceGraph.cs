using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources;

/// <summary>The resources of an appliance in an order in which each comes after what it depends on. Missing and circular dependencies are found before anything runs.</summary>
public sealed class ResourceGraph
{
    private readonly Dictionary<ResourceId, Resource> byId;

    private ResourceGraph(IReadOnlyList<Resource> inOrder)
    {
        InOrder = inOrder;
        byId = inOrder.ToDictionary(r => r.Id);
    }

    /// <summary>All resources, dependencies first; otherwise in the order of their declaration.</summary>
    public IReadOnlyList<Resource> InOrder { get; }

    /// <summary>The resource with an id, or null.</summary>
    /// <param name="id">An id.</param>
    public Resource? Find(ResourceId id) => byId.GetValueOrDefault(id);

    /// <summary>Everything that a resource depends on, near and far.</summary>
    /// <param name="id">The resource.</param>
    public IEnumerable<ResourceId> Above(ResourceId id) => Find(id) is { } resource ? resource.DependsOn.SelectMany(d => Above(d).Append(d)).Distinct() : [];

    /// <summary>Assertions that must hold before anything is installed: those that wait for no managed resource. A firewall rule does not make them wait: it only opens the way to what is there already.</summary>
    public IEnumerable<Assertion> Preflight => InOrder.OfType<Assertion>().Where(a => !DependsOnManaged(a));

    /// <summary>The graph of an appliance.</summary>
    /// <param name="appliance">The appliance.</param>
    /// <param name="placeOf">Finds the place of a JSON pointer.</param>
    /// <param name="graph">The graph, or null when there are diagnostics.</param>
    public static IReadOnlyList<Diagnostic> Build(Appliance appliance, Func<string, Place?> placeOf, out ResourceGraph? graph)
    {
        var found = Build(ApplianceResources.Declare(appliance), id => placeOf(PointerOf(appliance, id)), out graph);
        var known = graph;
        List<Diagnostic> unknown = known is null ? [] :
        [
            .. from one in appliance.TakeOver.Index()
               where known.Find(one.Item) is not ManagedResource
               select Diagnostic.Error("GW1222", $"{one.Item} may be taken over, but the product has no such service or package.", "Name an existing one; 'gwctl plan --json' lists them.", placeOf($"/takeOver/{one.Index}")),
        ];
        if (unknown.Count > 0)
            graph = null;
        return [.. found, .. unknown];
    }

    /// <summary>The graph of resources.</summary>
    /// <param name="declared">The resources.</param>
    /// <param name="placeOf">Finds the place that declares a resource.</param>
    /// <param name="graph">The graph, or null when there are diagnostics.</param>
    public static IReadOnlyList<Diagnostic> Build(IReadOnlyList<Resource> declared, Func<ResourceId, Place?> placeOf, out ResourceGraph? graph)
    {
        graph = null;
        var found = new List<Diagnostic>();
        foreach (var twice in declared.GroupBy(r => r.Id).Where(g => g.Count() > 1))
            found.Add(Diagnostic.Error("GW1221", $"Two resources are named {twice.Key}.", "Give each its own id, path or value.", placeOf(twice.Key)));
        foreach (var same in declared.OfType<ManagedResource>().GroupBy(r => r.Address).Where(g => g.Select(r => r.Id).Distinct().Count() > 1))
            found.Add(Diagnostic.Error("GW1224", $"{string.Join(" and ", same.Select(r => r.Id))} are the same thing: {same.Key}.", "Take one of them away.", placeOf(same.First().Id)));
        if (found.Count > 0)
            return found;

        var known = declared.ToDictionary(r => r.Id);
        foreach (var resource in declared)
        {
            foreach (var missing in resource.DependsOn.Where(d => !known.ContainsKey(d)))
                found.Add(Diagnostic.Error("GW1222", $"{resource.Id} depends on {missing}, which does not exist.", "Name an existing resource; 'gwctl plan --json' lists them.", placeOf(resource.Id)));
        }

        if (found.Count > 0)
            return found;

        var order = new List<Resource>(declared.Count);
        var state = new Dictionary<ResourceId, bool>(); // false: being visited, true: done
        foreach (var resource in declared)
        {
            if (Visit(resource, known, state, order, []) is { } cycle)
                return [Diagnostic.Error("GW1223", "Resources depend on each other in a circle: " + string.Join(" -> ", cycle) + ".", "Take one dependsOn of the circle away.", placeOf(cycle[0]))];
        }

        graph = new ResourceGraph(order);
        return found;
    }

    private static List<ResourceId>? Visit(Resource resource, Dictionary<ResourceId, Resource> known, Dictionary<ResourceId, bool> state, List<Resource> order, List<ResourceId> path)
    {
        if (state.TryGetValue(resource.Id, out var done))
            return done ? null : [.. path.SkipWhile(id => id != resource.Id), resource.Id];
        state[resource.Id] = false;
        path.Add(resource.Id);
        foreach (var dependency in resource.DependsOn)
        {
            if (Visit(known[dependency], known, state, order, path) is { } cycle)
                return cycle;
        }

        path.RemoveAt(path.Count - 1);
        state[resource.Id] = true;
        order.Add(resource);
        return null;
    }

    private bool DependsOnManaged(Resource resource) =>
        resource.DependsOn.Select(d => byId[d]).Any(d => d is ManagedResource and not Managed.FirewallAllowRule || DependsOnManaged(d));

    private static string PointerOf(Appliance appliance, ResourceId id)
    {
        string At<T>(string list, IReadOnlyList<T> items, Func<T, ItemId> name) =>
            items.Select((item, i) => (item, i)).FirstOrDefault(x => name(x.item).Text == id.Name) is { item: not null } found ? $"{list}/{found.i}/dependsOn" : "";
        return id.Kind switch
        {
            Managed.Folder.Kind => At("/folders", appliance.Folders, f => f.Id),
            Managed.RegistryEntry.Kind => At("/registry", appliance.Registry, r => r.Id),
            Managed.FirewallAllowRule.Kind when At("/firewall/inbound", appliance.Firewall.Inbound, r => r.Id) is { Length: > 0 } inbound => inbound,
            Managed.FirewallAllowRule.Kind => At("/firewall/outbound", appliance.Firewall.Outbound, r => r.Id),
            _ => "",
        };
    }
}
